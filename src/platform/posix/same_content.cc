#include <algorithm>
#include <cerrno>
#include <cstring>

#include "platform/copy.h"
#include "platform/posix/data_stream.h"

namespace arsync::platform {

std::expected<bool, CopyError> same_content(const File& a, const File& b, std::uint64_t size,
                                            std::span<std::byte> buffer, const std::atomic<bool>* cancel)
{
    const auto left = buffer.first(buffer.size() / 2);
    const auto right = buffer.subspan(left.size(), left.size());
    for (std::uint64_t at = 0; at < size;) {
        if (is_cancelled(cancel)) return copy_failed({Operation::Read, ECANCELED}, true);
        const auto wanted = std::min<std::uint64_t>(left.size(), size - at);
        const auto got_left = a.read_at(at, left.first(wanted));
        if (!got_left) return copy_failed(got_left.error(), true);
        const auto got_right = b.read_at(at, right.first(wanted));
        if (!got_right) return copy_failed(got_right.error(), false);
        if (*got_left != wanted || *got_right != wanted) return false;
        if (std::memcmp(left.data(), right.data(), wanted) != 0) return false;
        at += wanted;
    }
    return true;
}

}  // namespace arsync::platform
