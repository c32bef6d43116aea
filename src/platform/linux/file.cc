// What Linux does with open files beyond POSIX.

#include "platform/file.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
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

Result<std::uint64_t> File::device_size() const
{
    const auto end = sys::call("lseek", [&] { return ::lseek(handle_.get(), 0, SEEK_END); });
    if (end == -1) return fail(Operation::Seek, errno);
    return static_cast<std::uint64_t>(end);
}

namespace {

/// Set when a file system has answered that it cannot tell: asking costs a call each time.
std::atomic<bool> no_answer = false;

/// -1 with EAGAIN if it would wait, with EOPNOTSUPP if the file system cannot tell. [preadv2(2)]
ssize_t read_without_waiting(const Handle& handle, std::uint64_t offset, std::span<std::byte> buffer)
{
    if (no_answer.load(std::memory_order_relaxed)) {
        errno = EOPNOTSUPP;
        return -1;
    }
    const iovec into{buffer.data(), buffer.size()};
    const auto count =
        sys::call("pread", [&] { return ::preadv2(handle.get(), &into, 1, static_cast<off_t>(offset), RWF_NOWAIT); });
    if (count == -1 && errno == EOPNOTSUPP) no_answer.store(true, std::memory_order_relaxed);
    return count;
}

}  // namespace

Result<std::size_t> File::read_cached(std::uint64_t offset, std::span<std::byte> buffer, Caching caching) const
{
    // What is in memory already was not brought there by this read, and stays.
    const auto count = read_without_waiting(handle_, offset, buffer);
    if (count >= 0) return static_cast<std::size_t>(count);
    return errno == EOPNOTSUPP ? read_once(offset, buffer, caching) : fail(Operation::Read, errno);
}

bool File::would_wait(std::uint64_t offset) const
{
    std::byte probe{};
    return read_without_waiting(handle_, offset, {&probe, 1}) == -1 && errno == EAGAIN;
}

void File::fetch(std::uint64_t offset, std::uint64_t length) const
{
    static_cast<void>(
        ::posix_fadvise(handle_.get(), static_cast<off_t>(offset), static_cast<off_t>(length), POSIX_FADV_WILLNEED));
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

/// Linux has the drive write its cache with each fsync.
Status File::sync_fully() const
{
    return sync();
}

}  // namespace arsync::platform
