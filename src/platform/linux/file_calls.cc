#include "platform/posix/file_calls.h"

#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "platform/linux/read_write_flags.h"

namespace arsync::platform::calls {

ssize_t read(const Handle& handle, std::uint64_t offset, std::span<std::byte> buffer, Caching caching)
{
    if (caching == Caching::Once) {
        const iovec into{buffer.data(), buffer.size()};
        const auto count = ::preadv2(handle.get(), &into, 1, static_cast<off_t>(offset), kNotKept);
        if (count != -1 || errno != EOPNOTSUPP) return count;
    }
    return ::pread(handle.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
}

ssize_t write(const Handle& handle, std::uint64_t offset, std::span<const std::byte> data, Caching caching)
{
    if (caching == Caching::Once) {
        const iovec from{const_cast<std::byte*>(data.data()), data.size()};
        const auto count = ::pwritev2(handle.get(), &from, 1, static_cast<off_t>(offset), kNotKept);
        if (count != -1 || errno != EOPNOTSUPP) return count;
    }
    return ::pwrite(handle.get(), data.data(), data.size(), static_cast<off_t>(offset));
}

}  // namespace arsync::platform::calls
