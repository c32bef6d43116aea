#include "platform/posix/file_calls.h"

#include <fcntl.h>
#include <unistd.h>

namespace arsync::platform::calls {
namespace {

/// Holds for the open file from then on; asking again does nothing. [fcntl(2)]
void keep_nothing(const Handle& handle)
{
    static_cast<void>(::fcntl(handle.get(), F_NOCACHE, 1));
}

}  // namespace

ssize_t read(const Handle& handle, std::uint64_t offset, std::span<std::byte> buffer, Caching caching)
{
    if (caching == Caching::Once) keep_nothing(handle);
    return ::pread(handle.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
}

ssize_t write(const Handle& handle, std::uint64_t offset, std::span<const std::byte> data, Caching caching)
{
    if (caching == Caching::Once) keep_nothing(handle);
    return ::pwrite(handle.get(), data.data(), data.size(), static_cast<off_t>(offset));
}

}  // namespace arsync::platform::calls
