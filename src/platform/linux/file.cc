// What Linux does with open files beyond POSIX.

#include "platform/file.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <unistd.h>

#include <cerrno>

#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

/// ENOTSUP, EINVAL: the file system cannot (some FUSE and network ones say the latter); ENOSYS: the kernel cannot;
/// EPERM: a seal.
bool is_refusal(int code)
{
    return code == EOPNOTSUPP || code == ENOSYS || code == EPERM || code == EINVAL;
}

Result<bool> allocate(int descriptor, int mode, std::uint64_t offset, std::uint64_t length)
{
    if (length == 0) return true;
    const int result = sys::call("fallocate", [&] {
        return ::fallocate(descriptor, mode, static_cast<off_t>(offset), static_cast<off_t>(length));
    });
    if (result == 0) return true;
    if (is_refusal(errno)) return false;
    return fail(Operation::Allocate, errno);
}

}  // namespace

Result<bool> File::punch_hole(std::uint64_t offset, std::uint64_t length) const
{
    return allocate(handle_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
}

Result<bool> File::preallocate(std::uint64_t size) const
{
    return allocate(handle_.get(), FALLOC_FL_KEEP_SIZE, 0, size);
}

void File::hint_sequential(std::uint64_t) const
{
    // Doubles the read-ahead window. A hint: what it answers does not matter.
    static_cast<void>(::posix_fadvise(handle_.get(), 0, 0, POSIX_FADV_SEQUENTIAL));
}

void File::hint_read_once() const
{
    // POSIX_FADV_NOREUSE does nothing before Linux 6.3 and helps only file systems with a multi-generation LRU.
}

Status File::sync() const
{
    if (sys::call("fsync", [&] { return ::fsync(handle_.get()); }) == -1) return fail(Operation::Sync, errno);
    return {};
}

}  // namespace arsync::platform
