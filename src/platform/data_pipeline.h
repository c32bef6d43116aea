#pragma once
// The rung of the copy ladder for data that is worth keeping many reads and writes in flight for: large files on
// devices that answer late. Systems differ in how (Linux: io_uring with registered buffers, macOS: a worker pool with
// completions through kqueue, Windows: IOCP); Copier sees only this.

#include <cstdint>
#include <expected>
#include <memory>

#include "platform/copy.h"

namespace arsync::platform {

class DataPipeline {
public:
    virtual ~DataPipeline() = default;

    /// Copies the bytes of `range` from the request's source to its target, as stream_range() does: returns the
    /// position reached, less than the range's end if the source ended early; counts progress; ends with ECANCELED if
    /// cancelled. ENOTSUP: not for these files, and nothing was written; the caller goes on with the next rung.
    [[nodiscard]] virtual std::expected<std::uint64_t, CopyError> copy_range(const CopyRequest& request,
                                                                             Extent range) = 0;

    /// Below this a range is not worth setting up a queue for, bytes.
    static constexpr std::uint64_t kMinimum = std::uint64_t{8} << 20;
};

class WorkerPool;

/// The pipeline that measures best on this system, working through `pool`, which must outlive it; null where reading
/// and writing in turn does as well. (Linux: its kernel reads ahead and writes behind by itself.)
[[nodiscard]] std::unique_ptr<DataPipeline> make_data_pipeline(WorkerPool& pool);

}  // namespace arsync::platform
