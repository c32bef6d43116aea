// What macOS does with open files beyond POSIX: fcntl(2).

#include "platform/file.h"

#include <fcntl.h>
#include <sys/disk.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

/// F_PUNCHHOLE takes whole blocks of the file system only; all of Apple's have this size, or a divisor of it.
constexpr std::uint64_t kBlock = 4096;

/// What is asked for ahead at most: F_RDADVISE's count is an int, and the rest comes by read-ahead.
constexpr std::uint64_t kAdvised = std::uint64_t{16} << 20;

bool is_refusal(int code)
{
    return code == ENOTSUP || code == EOPNOTSUPP || code == EINVAL || code == ENOTTY;
}

std::uint64_t physical_size(int descriptor)
{
    struct stat facts;
    if (sys::call("fstat", [&] { return ::fstat(descriptor, &facts); }) == -1) return 0;
    return static_cast<std::uint64_t>(facts.st_blocks) * 512;
}

/// True if all of it could be had.
bool allocate(int descriptor, unsigned flags, std::uint64_t length)
{
    fstore_t store{};
    store.fst_flags = flags;
    store.fst_posmode = F_PEOFPOSMODE;  // counts from the end of what is allocated; an offset must be 0 with it
    store.fst_length = static_cast<off_t>(length);
    const int result = sys::call("fcntl_preallocate", [&] { return ::fcntl(descriptor, F_PREALLOCATE, &store); });
    if (result == -1) return false;
    if (static_cast<std::uint64_t>(store.fst_bytesalloc) >= length) return true;
    errno = ENOSPC;
    return false;
}

}  // namespace

Result<bool> File::punch_hole(std::uint64_t offset, std::uint64_t length) const
{
    const std::uint64_t begin = (offset + kBlock - 1) / kBlock * kBlock;
    const std::uint64_t end = (offset + length) / kBlock * kBlock;
    // What is no whole block has to be written by the caller, and then all of it is one way.
    if (begin != offset || end != offset + length) return false;
    if (begin >= end) return true;
    fpunchhole_t hole{};
    hole.fp_offset = static_cast<off_t>(begin);
    hole.fp_length = static_cast<off_t>(end - begin);
    if (sys::call("fcntl_punchhole", [&] { return ::fcntl(handle_.get(), F_PUNCHHOLE, &hole); }) != -1) return true;
    if (is_refusal(errno) || errno == EPERM) return false;
    return fail(Operation::Allocate, errno);
}

Result<bool> File::preallocate(std::uint64_t size) const
{
    const auto present = physical_size(handle_.get());
    if (size <= present) return true;
    const auto missing = size - present;
    if (allocate(handle_.get(), F_ALLOCATECONTIG | F_ALLOCATEALL, missing)) return true;
    if (allocate(handle_.get(), F_ALLOCATEALL, missing)) return true;
    if (is_refusal(errno)) return false;
    return fail(Operation::Allocate, errno);
}

Result<std::uint64_t> File::device_size() const
{
    std::uint32_t block = 0;
    std::uint64_t count = 0;
    const auto ask = [&](unsigned long request, void* answer) {
        return sys::call("ioctl", [&] { return ::ioctl(handle_.get(), request, answer); }) == 0;
    };
    if (!ask(DKIOCGETBLOCKSIZE, &block) || !ask(DKIOCGETBLOCKCOUNT, &count)) return fail(Operation::Seek, errno);
    return block * count;
}

Result<std::size_t> File::read_cached(std::uint64_t offset, std::span<std::byte> buffer, Caching caching) const
{
    return read_once(offset, buffer, caching);
}

bool File::would_wait(std::uint64_t) const
{
    return false;  // macOS tells it only of mapped files
}

void File::fetch(std::uint64_t offset, std::uint64_t length) const
{
    radvisory range{};
    range.ra_offset = static_cast<off_t>(offset);
    range.ra_count = static_cast<int>(std::min(length, kAdvised));
    static_cast<void>(::fcntl(handle_.get(), F_RDADVISE, &range));
}

void File::hint_sequential(std::uint64_t size) const
{
    // Hints: what they answer does not matter.
    static_cast<void>(::fcntl(handle_.get(), F_RDAHEAD, 1));
    radvisory first{};
    first.ra_count = static_cast<int>(std::min(size, kAdvised));
    static_cast<void>(::fcntl(handle_.get(), F_RDADVISE, &first));
}

void File::hint_read_once() const
{
    static_cast<void>(::fcntl(handle_.get(), F_NOCACHE, 1));
}

Status File::sync() const
{
    // A barrier keeps this file's data before whatever is written after it, without emptying the drive's cache for each
    // file; sync_volume() does that once. [fcntl(2); libuv]
    if (sys::call("fcntl_barrierfsync", [&] { return ::fcntl(handle_.get(), F_BARRIERFSYNC); }) != -1) return {};
    if (sys::call("fsync", [&] { return ::fsync(handle_.get()); }) == -1) return fail(Operation::Sync, errno);
    return {};
}

Status File::sync_fully() const
{
    if (sys::call("fcntl_fullfsync", [&] { return ::fcntl(handle_.get(), F_FULLFSYNC); }) != -1) return {};
    // Volumes of servers and of some cards do not know it.
    if (sys::call("fsync", [&] { return ::fsync(handle_.get()); }) == -1) return fail(Operation::Sync, errno);
    return {};
}

}  // namespace arsync::platform
