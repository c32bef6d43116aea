#pragma once
// Reading a file for a checksum.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <span>

#include "base/error.h"
#include "platform/file.h"

namespace arsync::sync {

/// Gives what is in `range` to `sum`, block by block. Returns the position reached: less than its end if the file ends
/// before that. ECANCELED if `cancel` is raised.
template <class Sum>
[[nodiscard]] Result<std::uint64_t> read_blocks(const platform::File& file, platform::Extent range,
                                                std::span<std::byte> buffer, const std::atomic<bool>& cancel, Sum& sum)
{
    for (auto at = range.begin; at < range.end;) {
        if (cancel) return fail(Operation::Read, std::errc::operation_canceled);
        const auto wanted = std::min<std::uint64_t>(buffer.size(), range.end - at);
        const auto count = file.read_at(at, buffer.first(wanted));
        if (!count) return std::unexpected(count.error());
        sum.add(buffer.first(*count));
        at += *count;
        if (*count < wanted) return at;
    }
    return range.end;
}

}  // namespace arsync::sync
