#pragma once
// The rung of the copy ladder for large files: several chunks of a file on their way at once. Systems differ in how
// (Linux: threads, or io_uring with registered buffers for what has to be waited for; macOS: a worker pool with
// completions through kqueue; Windows: IOCP); Copier sees only this.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>

#include "platform/copy.h"

namespace arsync::platform {

class WorkerPool;

enum class IoEngine : std::uint8_t { Auto, Uring, Threads };

/// Whether this system has it. An engine that it has may still be forbidden to this process; then the next best is
/// used.
[[nodiscard]] bool has_engine(IoEngine engine);

struct IoSettings {
    IoEngine engine = IoEngine::Auto;
    unsigned queue_depth = 0;     // chunks of one file on their way; 0: as measured best
    std::size_t buffer_size = 0;  // bytes of a chunk, a multiple of 4096; 0: likewise
    std::uint64_t memory = 0;     // bytes that the chunks of one file may take where they are not asked for; 0: any

    /// The depth of the queue and the size of its chunks where `depth` chunks of `size` bytes are best.
    struct Queue {
        unsigned depth = 1;
        std::size_t chunk = 0;
    };
    [[nodiscard]] Queue queue(unsigned depth, std::size_t size) const;
};

class DataPipeline {
public:
    virtual ~DataPipeline() = default;

    /// Copies the bytes of `range` from the request's source to its target, as stream_range() does: returns the
    /// position reached, less than the range's end if the source ended early; counts progress; ends with ECANCELED if
    /// cancelled. A new target is left with what is whole from its beginning on. ENOTSUP: not for these files, and
    /// nothing was written; the caller goes on with the next rung.
    [[nodiscard]] virtual std::expected<std::uint64_t, CopyError> copy_range(const CopyRequest& request,
                                                                             Extent range) = 0;

    /// Why the engine that would have been better is not used.
    [[nodiscard]] virtual std::optional<Error> refusal() const { return std::nullopt; }

    /// Below this a range is not worth setting up a queue for, bytes.
    static constexpr std::uint64_t kMinimum = std::uint64_t{8} << 20;
};

/// The pipeline that measures best on this system, for one worker, working through `pool`, which must outlive it; null
/// if there is none.
[[nodiscard]] std::unique_ptr<DataPipeline> make_data_pipeline(WorkerPool& pool, const IoSettings& settings);

}  // namespace arsync::platform
