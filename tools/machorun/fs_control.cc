// fcntl(2) and flock(2).
#include <algorithm>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_descriptors.h"
#include "fs_layout.h"
#include "fs_tables.h"
#include "volumes.h"

namespace machorun {
namespace {

struct DarwinStore {  // fstore_t
    uint32_t flags;
    int32_t mode;
    int64_t offset;
    int64_t length;
    int64_t allocated;
};
static_assert(sizeof(DarwinStore) == 32);

struct DarwinHole {  // fpunchhole_t
    uint32_t flags;
    uint32_t reserved;
    int64_t offset;
    int64_t length;
};
static_assert(sizeof(DarwinHole) == 24);

struct DarwinLock {  // struct flock
    int64_t start;
    int64_t length;
    int32_t process;
    int16_t type;
    int16_t whence;
};
static_assert(sizeof(DarwinLock) == 24);

struct DarwinAdvice {  // struct radvisory
    int64_t offset;
    int32_t count;
};
static_assert(sizeof(DarwinAdvice) == 16);

enum Command {
    kDupfd = 0,
    kGetfd = 1,
    kSetfd = 2,
    kGetfl = 3,
    kSetfl = 4,
    kGetlk = 7,
    kSetlk = 8,
    kSetlkw = 9,
    kPreallocate = 42,
    kReadAdvise = 44,
    kReadAhead = 45,
    kNoCache = 48,
    kLogicalToPhysical = 49,
    kGetPath = 50,
    kFullSync = 51,
    kGlobalNoCache = 55,
    kNoDirect = 62,
    kLogicalToPhysicalExtended = 65,
    kDupfdCloexec = 67,
    kSetNoSigpipe = 73,
    kGetNoSigpipe = 74,
    kBarrierSync = 85,
    kOfdSetlk = 90,
    kOfdSetlkw = 91,
    kOfdGetlk = 92,
    kPunchHole = 99,
    kGetPathNoFirmlink = 102,
};

constexpr int64_t kBlock = 4096;
int64_t rounded_up(int64_t size)
{
    return (size + kBlock - 1) / kBlock * kBlock;
}

// F_PREALLOCATE: `length` more bytes after the physical end of the file, which its blocks reach and its size need not.
// All or nothing, though without F_ALLOCATEALL macOS may give less than asked for.
int preallocate(int fd, DarwinStore* store)
{
    constexpr uint32_t kKnownFlags = 0x2 | 0x4 | 0x8;  // F_ALLOCATECONTIG, _ALLOCATEALL, _ALLOCATEPERSIST
    constexpr int kFromEnd = 3;                        // F_PEOFPOSMODE
    constexpr int kFromVolume = 4;                     // F_VOLPOSMODE: the offset is a hint
    struct stat status;
    if (fstat(fd, &status) != 0) return fix(-1);
    store->allocated = 0;
    if (!S_ISREG(status.st_mode) || (store->flags & ~kKnownFlags) || store->length <= 0) return fail(EINVAL);
    if (store->mode != kFromVolume && !(store->mode == kFromEnd && store->offset == 0)) return fail(EINVAL);
    const int64_t end = std::max(rounded_up(status.st_size), rounded_up(status.st_blocks * 512));
    const int64_t length = rounded_up(store->length);
    if (fallocate(fd, FALLOC_FL_KEEP_SIZE, end, length) != 0) return fix(-1);
    store->allocated = length;
    return 0;
}

int punch_hole(int fd, const DarwinHole& hole)
{
    const bool aligned = hole.offset % kBlock == 0 && hole.length % kBlock == 0;
    if (hole.flags || hole.reserved || hole.offset < 0 || hole.length < 0 || !aligned) return fail(EINVAL);
    if (hole.length == 0) return 0;
    return fix(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, hole.offset, hole.length));
}

int get_path(int fd, char* buffer)
{
    if (fcntl(fd, F_GETFD) < 0) return fix(-1);
    const std::string path = path_of(fd);
    if (!path.starts_with('/') || path.ends_with(" (deleted)")) return fail(ENOENT);
    if (path.size() >= darwin::kPathMax) return fail(ENOSPC);
    std::memcpy(buffer, path.c_str(), path.size() + 1);
    return 0;
}

int darwin_status_flags(int flags)
{
    if (flags < 0) return fix(-1);
    return (flags & O_ACCMODE) | (flags & O_NONBLOCK ? 0x4 : 0) | (flags & O_APPEND ? 0x8 : 0);
}

int set_status_flags(int fd, int flags)
{
    const int before = fcntl(fd, F_GETFL);
    if (before < 0) return fix(-1);
    const int kept = before & ~(O_NONBLOCK | O_APPEND);
    return fix(fcntl(fd, F_SETFL, kept | (flags & 0x4 ? O_NONBLOCK : 0) | (flags & 0x8 ? O_APPEND : 0)));
}

// Advice about caching: nothing to see of it but that it is taken for files and for nothing else.
int advise(int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0) return fix(-1);
    return S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) ? 0 : fail(ENOTTY);
}

int read_advise(int fd, const DarwinAdvice& advice)
{
    if (advise(fd) != 0) return -1;
    if (advice.offset < 0 || advice.count < 0) return fail(EINVAL);
    posix_fadvise(fd, advice.offset, advice.count, POSIX_FADV_WILLNEED);
    return 0;
}

int record_lock(int fd, int linux_command, DarwinLock* lock)
{
    constexpr short kLinuxTypes[] = {-1, F_RDLCK, F_UNLCK, F_WRLCK};
    if (lock->type < 1 || lock->type > 3) return fail(EINVAL);
    struct flock request = {};
    request.l_type = kLinuxTypes[lock->type];
    request.l_whence = lock->whence;
    request.l_start = lock->start;
    request.l_len = lock->length;
    if (fcntl(fd, linux_command, &request) != 0) return fix(-1);
    if (linux_command != F_GETLK && linux_command != F_OFD_GETLK) return 0;
    lock->type = static_cast<int16_t>(request.l_type == F_RDLCK ? 1 : request.l_type == F_UNLCK ? 2 : 3);
    lock->whence = request.l_whence;
    lock->start = request.l_start;
    lock->length = request.l_len;
    lock->process = request.l_pid;
    return 0;
}

int duplicate(int fd, int linux_command, long lowest)
{
    const int copy = fix(fcntl(fd, linux_command, lowest));
    copy_marks(fd, copy);
    return copy;
}

int set_no_sigpipe(int fd, bool value)
{
    if (fcntl(fd, F_GETFD) < 0) return fix(-1);
    set_mark(fd, kNoSigpipe, value);
    return 0;
}

int darwin_fcntl(int fd, int command, intptr_t argument)
{
    auto* pointer = reinterpret_cast<void*>(argument);
    auto* lock = static_cast<DarwinLock*>(pointer);
    switch (command) {
        case kDupfd: return duplicate(fd, F_DUPFD, argument);
        case kDupfdCloexec: return duplicate(fd, F_DUPFD_CLOEXEC, argument);
        case kGetfd: return fix(fcntl(fd, F_GETFD));
        case kSetfd: return fix(fcntl(fd, F_SETFD, argument & FD_CLOEXEC));
        case kGetfl: return darwin_status_flags(fcntl(fd, F_GETFL));
        case kSetfl: return set_status_flags(fd, static_cast<int>(argument));
        case kGetlk: return record_lock(fd, F_GETLK, lock);
        case kSetlk: return record_lock(fd, F_SETLK, lock);
        case kSetlkw: return record_lock(fd, F_SETLKW, lock);
        case kOfdGetlk: return record_lock(fd, F_OFD_GETLK, lock);
        case kOfdSetlk: return record_lock(fd, F_OFD_SETLK, lock);
        case kOfdSetlkw: return record_lock(fd, F_OFD_SETLKW, lock);
        case kPreallocate: return preallocate(fd, static_cast<DarwinStore*>(pointer));
        case kPunchHole: return punch_hole(fd, *static_cast<DarwinHole*>(pointer));
        case kReadAdvise: return read_advise(fd, *static_cast<DarwinAdvice*>(pointer));
        case kReadAhead:
        case kNoCache:
        case kGlobalNoCache:
        case kNoDirect: return advise(fd);
        case kGetPath:
        case kGetPathNoFirmlink: return get_path(fd, static_cast<char*>(pointer));
        case kFullSync:
        case kBarrierSync: return fix(fsync(fd));
        case kSetNoSigpipe: return set_no_sigpipe(fd, argument != 0);
        case kGetNoSigpipe: return fcntl(fd, F_GETFD) < 0 ? fix(-1) : has_mark(fd, kNoSigpipe);
        case kLogicalToPhysical:
        case kLogicalToPhysicalExtended: return fail(darwin::kEnotsup);
        default: return fail(EINVAL);
    }
}

int darwin_flock(int fd, int operation)
{
    return fix(flock(fd, operation));
}  // the constants are the same

}  // namespace

std::span<const Import> control_imports()
{
    static const Import imports[] = {import("fcntl", darwin_fcntl), import("flock", darwin_flock)};
    return imports;
}

}  // namespace machorun
