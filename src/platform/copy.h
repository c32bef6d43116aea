#pragma once
// Copying the data of one file: a ladder of ways, tried from the top and remembered per pair of volumes.
//   clone       shares the blocks                 (Linux: FICLONE; macOS: fclonefileat)
//   kernel      the system's own copy call        (Linux: copy_file_range, in chunks so that it can be cancelled;
//                                                  macOS: fcopyfile, whole files without holes)
//   pipeline    keeps many reads and writes in flight (data_pipeline.h), if one is given
//   read/write  a buffer that stays in the cache
// Measurements behind the order: bench/README.md.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/page_buffer.h"
#include "platform/directory.h"
#include "platform/file.h"

namespace arsync::platform {

enum class CopyMethod : std::uint8_t { Clone, Kernel, Pipeline, ReadWrite };
enum class CopyPreference : std::uint8_t { Auto, Clone, Kernel, ReadWrite };

/// What this system calls its own copy call, for options and statistics: "copy_file_range", "fcopyfile".
[[nodiscard]] std::string_view kernel_copy_name();

/// What is known about copying from one volume to another. Shared by all workers; learns from refusals.
class VolumePairs {
public:
    struct Pair {
        std::uint64_t from_device;
        std::uint64_t to_device;
        std::atomic<bool> clone_refused = false;
        std::atomic<int> clone_refusal = 0;  // errno of the refusal, for the report
        std::atomic<bool> kernel_refused = false;
        std::atomic<int> kernel_refusal = 0;

        Pair(std::uint64_t from, std::uint64_t to) : from_device(from), to_device(to) {}
    };

    /// The reference stays valid as long as this object.
    [[nodiscard]] Pair& find(std::uint64_t from_device, std::uint64_t to_device);

private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Pair>> pairs_;
};

/// Holds copies back so that they do not go faster than they shall (--bwlimit). Asked by all workers.
class Pace {
public:
    virtual ~Pace() = default;
    /// Returns when `bytes` may be copied, earlier if the copy was cancelled.
    virtual void wait_for(std::uint64_t bytes) = 0;
    /// So much at once is smooth enough.
    [[nodiscard]] virtual std::size_t chunk() const = 0;
};

struct CopyRequest {
    const File* source = nullptr;
    const File* target = nullptr;
    std::uint64_t start = 0;          // what is before it, the target has already
    std::uint64_t size = 0;           // of the source, as found when it was opened
    std::uint64_t source_device = 0;  // for VolumePairs
    std::uint64_t target_device = 0;
    CopyPreference preference = CopyPreference::Auto;
    bool target_is_new = true;      // nothing in it yet: holes need not be punched
    bool target_is_device = false;  // its size is what it is
    bool source_has_holes = false;  // allocated less than its size: worth asking for holes
    bool zeros_become_holes = false;
    bool front_to_back = false;      // the target may be found by somebody before it is complete: no gaps in it
    bool space_is_reserved = false;  // by the caller: a new target has blocks where holes shall be
    Caching caching = Caching::Usual;
    Pace* pace = nullptr;  // then the data is read and written, unless a clone is forced
    /// What of the source the target will be given: a clone that comes with it may keep it.
    bool keeps_xattrs = false;
    bool keeps_times = false;
    bool keeps_creation_time = false;
    /// Bytes done so far, for whoever watches; may be null.
    std::atomic<std::uint64_t>* progress = nullptr;
    /// Checked between chunks; ECANCELED ends the copy. May be null.
    const std::atomic<bool>* cancel = nullptr;
};

struct CopyOutcome {
    CopyMethod method = CopyMethod::ReadWrite;
    std::uint64_t size = 0;  // bytes that the target has now; less than asked for if the source shrank
};

/// A file made to take a copy.
struct CreatedFile {
    File file;
    std::optional<CopyOutcome> cloned;  // it holds the data already; mode and owner are whatever came with them
};

/// Which side of the copy failed, for the message.
struct CopyError {
    Error error;
    bool source_side = false;
};

class DataPipeline;

/// Copies file data. One per worker: owns the buffer.
class Copier {
public:
    explicit Copier(VolumePairs& volumes) : volumes_(volumes) {}

    /// Uses `pipeline`, which must outlive this, for large ranges; null: none.
    void use_pipeline(DataPipeline* pipeline) { pipeline_ = pipeline; }

    /// Creates `name`, which must not exist (EEXIST), to take the copy that `request` describes; its target is not
    /// looked at. Where a clone is made under a new name (macOS) this is the clone.
    [[nodiscard]] Result<CreatedFile> create(const CopyRequest& request, const Directory& directory, NameView name,
                                             Mode mode);

    /// Gives `target` the data of `source` and that length.
    [[nodiscard]] std::expected<CopyOutcome, CopyError> copy(const CopyRequest& request);

    /// The worker's buffer, for small files that are read whole. Allocated on first use.
    [[nodiscard]] std::span<std::byte> buffer();

    static constexpr std::size_t kBufferSize = std::size_t{256} * 1024;

private:
    VolumePairs& volumes_;
    DataPipeline* pipeline_ = nullptr;
    PageBuffer buffer_;
};

/// Whether the two files hold the same bytes; both have `size`. Stops at the first difference.
[[nodiscard]] std::expected<bool, CopyError> same_content(const File& a, const File& b, std::uint64_t size,
                                                          std::span<std::byte> buffer, const std::atomic<bool>* cancel);

}  // namespace arsync::platform
