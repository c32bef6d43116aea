#include "platform/file_ranges.h"

#include <algorithm>

#include "platform/posix/copy_rungs.h"
#include "platform/posix/data_stream.h"

namespace arsync::platform {

std::expected<std::uint64_t, CopyError> copy_piece(const File& source, std::uint64_t from, const File& target,
                                                   std::uint64_t to, std::uint64_t length, std::span<std::byte> buffer)
{
    std::uint64_t done = rungs::kernel_piece(source, from, target, to, length);
    while (done < length) {
        const auto wanted = buffer.first(std::min<std::uint64_t>(buffer.size(), length - done));
        const auto count = source.read_at(from + done, wanted);
        if (!count) return copy_failed(count.error(), true);
        if (const auto written = target.write_at(to + done, wanted.first(*count)); !written)
            return copy_failed(written.error(), false);
        done += *count;
        if (*count < wanted.size()) break;
    }
    return done;
}

}  // namespace arsync::platform
