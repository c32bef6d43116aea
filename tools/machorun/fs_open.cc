// open(2), openat(2), creat(2), close(2) and the duplication of descriptors.
#include <expected>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_creation.h"
#include "fs_descriptors.h"
#include "fs_guard.h"
#include "fs_layout.h"
#include "fs_state.h"
#include "fs_tables.h"
#include "kqueue.h"
#include "paths.h"

namespace machorun {
namespace {

constexpr int kNofollow = 0x100;
constexpr int kCreate = 0x200;
constexpr int kTruncate = 0x400;
constexpr int kExclusive = 0x800;
constexpr int kEventsOnly = 0x8000;
constexpr int kDirectory = 0x100000;
constexpr int kSymlink = 0x200000;
constexpr int kNofollowAny = 0x20000000;
constexpr int kSearch = 0x40000000;  // O_EXEC; O_SEARCH with kDirectory

struct FlagPair {
    int darwin;
    int linux_flag;
};

constexpr FlagPair kOpenFlags[] = {
    {0x4, O_NONBLOCK},   {0x8, O_APPEND},           {0x80, O_SYNC},         {kNofollow, O_NOFOLLOW},
    {kCreate, O_CREAT},  {kTruncate, O_TRUNC},      {kExclusive, O_EXCL},   {0x20000, O_NOCTTY},
    {0x400000, O_DSYNC}, {kDirectory, O_DIRECTORY}, {0x1000000, O_CLOEXEC},
};

// ENOTSUP for O_SHLOCK, O_EXLOCK (a lock taken after the opening would not be the same), O_ASYNC, O_EXEC of a file.
std::expected<int, int> linux_open_flags(int flags)
{
    int left = flags & ~(O_ACCMODE | kEventsOnly | kSymlink | kNofollowAny);
    int result = flags & O_ACCMODE;
    for (const FlagPair& pair : kOpenFlags) {
        if (!(left & pair.darwin)) continue;
        result |= pair.linux_flag;
        left &= ~pair.darwin;
    }
    if (left == kSearch && (flags & kDirectory)) return (result & ~O_ACCMODE) | O_PATH;
    if (left) return std::unexpected(darwin::kEnotsup);
    if ((result & O_ACCMODE) == O_ACCMODE) return std::unexpected(EINVAL);
    if (flags & kEventsOnly) result = (result & ~(O_ACCMODE | O_NONBLOCK)) | O_PATH;
    // Linux takes O_PATH for a wish to open links; the other calls of kNone do without O_NOFOLLOW as well.
    if (flags & kNofollowAny) result &= ~O_NOFOLLOW;
    return result;
}

Links links_for(int flags)
{
    if (flags & kNofollowAny) return Links::kNone;
    const bool exclusive = (flags & kCreate) && (flags & kExclusive);
    return (flags & (kNofollow | kSymlink)) || exclusive ? Links::kNofollow : Links::kFollow;
}

// What the flags of an existing file say about being opened so: an append-only file may be opened for appending.
int refuse_opening(const Object& object, int flags)
{
    const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & kTruncate);
    if (!writes || object.is_directory()) return 0;
    const uint32_t file_flags = flags_of(object);
    if (file_flags & (darwin::kUfImmutable | darwin::kSfImmutable)) return EPERM;
    const bool appends = (flags & 0x8) && !(flags & kTruncate);
    return (file_flags & (darwin::kUfAppend | darwin::kSfAppend)) && !appends ? EPERM : 0;
}

int open_existing(const Place& place, const Object& object, int flags, int linux_flags, unsigned mode, Links links)
{
    if ((flags & kCreate) && (flags & kExclusive)) return fail(EEXIST);
    if (object.is_link()) {
        if (!(flags & kSymlink)) return fail(darwin::kEloop);
        return fix(openat(place.directory, place.name.c_str(), O_PATH | O_NOFOLLOW | (linux_flags & O_CLOEXEC)));
    }
    if (const int error = refuse_opening(object, flags)) return fail(error);
    const int fd = open_place(place, linux_flags, mode, links);  // the file may be gone by now, and be made anew
    if (fd < 0) return fix(-1);
    clear_marks(fd);
    if (object.is_file() && (flags_of(object) & darwin::kSfDataless)) set_mark(fd, kDataless, true);
    return fd;
}

int darwin_openat(int directory, const char* path, int flags, unsigned mode)
{
    const auto linux_flags = linux_open_flags(flags);
    if (!linux_flags) return fail(linux_flags.error());
    const Links links = links_for(flags);
    const auto place = find_place(directory, path, links);
    if (!place) return fail(place.error());
    const auto object = Object::at(*place, links);
    if (object) return open_existing(*place, *object, flags, *linux_flags, mode & 07777U, links);
    if (!(flags & kCreate) || object.error() != ENOENT) return fail(object.error());
    if (const int error = refuse_new_entry(*place)) return fail(error);
    const int fd = open_place(*place, *linux_flags, mode & 07777U, links);
    if (fd < 0) return fix(-1);
    clear_marks(fd);
    settle_new_entry(*place);
    return fd;
}

int darwin_open(const char* path, int flags, unsigned mode)
{
    return darwin_openat(darwin::kAtFdcwd, path, flags, mode);
}

int darwin_creat(const char* path, unsigned mode)
{
    return darwin_open(path, O_WRONLY | kCreate | kTruncate, mode);
}

int darwin_close(int fd)
{
    kqueue_closed(fd);
    clear_marks(fd);
    return fix(close(fd));
}

int darwin_dup(int fd)
{
    const int copy = fix(dup(fd));
    copy_marks(fd, copy);
    return copy;
}

int darwin_dup2(int fd, int copy)
{
    if (fd != copy) kqueue_closed(copy);
    const int result = fix(dup2(fd, copy));
    copy_marks(fd, result);
    return result;
}

int darwin_pipe(int* ends)
{
    const int result = fix(pipe(ends));
    if (result == 0) {
        clear_marks(ends[0]);
        clear_marks(ends[1]);
    }
    return result;
}

}  // namespace

std::span<const Import> open_imports()
{
    static const Import imports[] = {
        import("open", darwin_open),   import("openat", darwin_openat), import("creat", darwin_creat),
        import("close", darwin_close), import("dup", darwin_dup),       import("dup2", darwin_dup2),
        import("pipe", darwin_pipe),
    };
    return imports;
}

}  // namespace machorun
