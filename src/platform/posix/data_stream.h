#pragma once
// Read and write with a buffer that stays in the cache: the rung of the copy ladder that always works.

#include <cstdint>
#include <functional>
#include <mutex>
#include <span>

#include "platform/copy.h"
#include "platform/file.h"
#include "platform/file_ranges.h"

namespace arsync::platform {

/// Copies the bytes of `range`. Returns the position reached: less than its end if the source ended early.
/// `one_writer` is held while something is written, for several threads that write the same target: the system takes
/// one write at a time anyway, but who waits for that inside of it keeps a core busy (measured on Linux: twice the CPU
/// time for nothing).
[[nodiscard]] std::expected<std::uint64_t, CopyError> stream_range(const CopyRequest& request, Extent range,
                                                                   std::span<std::byte> buffer,
                                                                   std::mutex* one_writer = nullptr);

/// Calls `copy_range` for each run of data of the source and leaves holes between; a target that is not new gets them
/// punched. Returns the size reached, as stream_range does.
using CopyRange = std::function<std::expected<std::uint64_t, CopyError>(Extent)>;
[[nodiscard]] std::expected<std::uint64_t, CopyError> copy_data_runs(const CopyRequest& request,
                                                                     std::span<std::byte> buffer,
                                                                     const CopyRange& copy_range);

/// Makes [from, to) of a target that may hold old data read as zeros.
[[nodiscard]] Status clear_range(const File& target, OldBlocks blocks, std::uint64_t from, std::uint64_t to,
                                 std::span<std::byte> buffer);

inline void count_progress(const CopyRequest& request, std::uint64_t bytes)
{
    if (request.progress != nullptr) request.progress->fetch_add(bytes, std::memory_order_relaxed);
}

/// For bytes that another rung has to copy again.
inline void uncount_progress(const CopyRequest& request, std::uint64_t bytes)
{
    if (request.progress != nullptr) request.progress->fetch_sub(bytes, std::memory_order_relaxed);
}

[[nodiscard]] inline bool is_cancelled(const std::atomic<bool>* cancel)
{
    return cancel != nullptr && cancel->load(std::memory_order_relaxed);
}

[[nodiscard]] inline std::unexpected<CopyError> copy_failed(Error error, bool source_side)
{
    return std::unexpected(CopyError{error, source_side});
}

}  // namespace arsync::platform
