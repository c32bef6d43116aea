// Reading, writing, seeking, cutting and syncing of open files.
#include <csignal>

#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_descriptors.h"
#include "fs_guard.h"
#include "fs_layout.h"
#include "fs_state.h"
#include "fs_tables.h"
#include "paths.h"

namespace machorun {
namespace {

// macOS moves at most INT_MAX bytes in a call and refuses more (read(2), write(2)): EINVAL. Linux would cut it short.
constexpr size_t kMostBytes = 0x7fffffff;

bool too_long(const iovec* parts, int count)
{
    if (count <= 0 || count > 1024) return true;  // IOV_MAX of macOS
    size_t total = 0;
    for (int i = 0; i < count; ++i) {
        if (parts[i].iov_len > kMostBytes - total) return true;
        total += parts[i].iov_len;
    }
    return false;
}

template <class Call>
ssize_t reading(int fd, Call call)
{
    if (const int error = materialize(fd)) return fail(error);
    return fix(call());
}

// F_SETNOSIGPIPE: EPIPE without the signal, which is held back meanwhile and then taken off the thread.
template <class Call>
ssize_t writing(int fd, Call call)
{
    if (!has_mark(fd, kNoSigpipe)) return fix(call());
    sigset_t pipe_signal, before, pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    sigpending(&pending);
    const ssize_t result = fix(call());
    const int code = errno;
    const timespec at_once = {};
    if (result < 0 && code == EPIPE && !sigismember(&pending, SIGPIPE)) sigtimedwait(&pipe_signal, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = code;
    return result;
}

ssize_t darwin_read(int fd, void* buffer, size_t size)
{
    if (size > kMostBytes) return fail(EINVAL);
    return reading(fd, [&] { return read(fd, buffer, size); });
}

ssize_t darwin_pread(int fd, void* buffer, size_t size, off_t offset)
{
    if (size > kMostBytes) return fail(EINVAL);
    return reading(fd, [&] { return pread(fd, buffer, size, offset); });
}

ssize_t darwin_readv(int fd, const iovec* parts, int count)
{
    if (too_long(parts, count)) return fail(EINVAL);
    return reading(fd, [&] { return readv(fd, parts, count); });
}

ssize_t darwin_preadv(int fd, const iovec* parts, int count, off_t offset)
{
    if (too_long(parts, count)) return fail(EINVAL);
    return reading(fd, [&] { return preadv(fd, parts, count, offset); });
}

ssize_t darwin_write(int fd, const void* buffer, size_t size)
{
    if (size > kMostBytes) return fail(EINVAL);
    return writing(fd, [&] { return write(fd, buffer, size); });
}

ssize_t darwin_pwrite(int fd, const void* buffer, size_t size, off_t offset)
{
    if (size > kMostBytes) return fail(EINVAL);
    return writing(fd, [&] { return pwrite(fd, buffer, size, offset); });
}

ssize_t darwin_writev(int fd, const iovec* parts, int count)
{
    if (too_long(parts, count)) return fail(EINVAL);
    return writing(fd, [&] { return writev(fd, parts, count); });
}

ssize_t darwin_pwritev(int fd, const iovec* parts, int count, off_t offset)
{
    if (too_long(parts, count)) return fail(EINVAL);
    return writing(fd, [&] { return pwritev(fd, parts, count, offset); });
}

// SEEK_HOLE and SEEK_DATA have each other's numbers.
off_t darwin_lseek(int fd, off_t offset, int whence)
{
    switch (whence) {
        case 0: return fix(lseek(fd, offset, SEEK_SET));
        case 1: return fix(lseek(fd, offset, SEEK_CUR));
        case 2: return fix(lseek(fd, offset, SEEK_END));
        case 3: return fix(lseek(fd, offset, SEEK_HOLE));
        case 4: return fix(lseek(fd, offset, SEEK_DATA));
        default: return fail(EINVAL);
    }
}

int darwin_ftruncate(int fd, off_t size)
{
    const auto object = Object::of(fd);
    if (!object) return fail(object.error());
    if (const int error = refuse_content_change(*object)) return fail(error);
    if (size > 0) {
        if (const int error = materialize(fd)) return fail(error);
    }
    return fix(ftruncate(fd, size));
}

int darwin_truncate(const char* path, off_t size)
{
    const auto object = Object::at(darwin::kAtFdcwd, path, Links::kFollow);
    if (!object) return fail(object.error());
    if (const int error = refuse_content_change(*object)) return fail(error);
    return fix(truncate(object->link().c_str(), size));
}

int darwin_fsync(int fd)
{
    return fix(fsync(fd));
}

void darwin_sync()
{
    sync();
}

}  // namespace

std::span<const Import> transfer_imports()
{
    static const Import imports[] = {
        import("read", darwin_read),     import("pread", darwin_pread),         import("readv", darwin_readv),
        import("preadv", darwin_preadv), import("write", darwin_write),         import("pwrite", darwin_pwrite),
        import("writev", darwin_writev), import("pwritev", darwin_pwritev),     import("lseek", darwin_lseek),
        import("fsync", darwin_fsync),   import("ftruncate", darwin_ftruncate), import("truncate", darwin_truncate),
        import("sync", darwin_sync),
    };
    return imports;
}

std::span<const Import> fs_file_imports()
{
    static const auto imports = joined({open_imports(), transfer_imports(), control_imports()});
    return imports;
}

}  // namespace machorun
