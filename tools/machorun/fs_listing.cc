// Directory streams: opendir(3) and its family. A DIR is opaque to the program, so that it is a structure of ours.
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_descriptors.h"
#include "fs_layout.h"
#include "fs_tables.h"
#include "paths.h"

namespace machorun {
namespace {

struct Stream {
    DIR* linux_stream;
    DarwinDirent entry;  // what readdir(3) returned; valid until the next call on the same stream
};

void convert(const dirent& from, DarwinDirent& to)
{
    const size_t length = std::strlen(from.d_name);
    to.ino = from.d_ino;
    to.position = static_cast<uint64_t>(from.d_off);
    to.name_length = static_cast<uint16_t>(length);
    to.record_length = static_cast<uint16_t>((offsetof(DarwinDirent, name) + length + 1 + 3) & ~size_t{3});
    to.type = from.d_type;  // DT_REG and so on have the same numbers
    std::memcpy(to.name, from.d_name, length + 1);
}

Stream* darwin_fdopendir(int fd)
{
    DIR* stream = fdopendir(fd);
    if (!stream) {
        errno = to_darwin(errno);
        return nullptr;
    }
    return new Stream{stream, {}};
}

Stream* darwin_opendir(const char* path)
{
    const auto place = find_place(darwin::kAtFdcwd, path, Links::kFollow);
    if (!place) {
        errno = place.error();
        return nullptr;
    }
    const int fd = fix(openat(place->directory, place->name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd < 0) return nullptr;
    clear_marks(fd);
    return darwin_fdopendir(fd);
}

// nullptr at the end, with errno left as it was, or on an error.
DarwinDirent* darwin_readdir(Stream* stream)
{
    const int saved = errno;
    errno = 0;
    const dirent* entry = readdir(stream->linux_stream);
    if (!entry) {
        errno = errno ? to_darwin(errno) : saved;
        return nullptr;
    }
    errno = saved;
    convert(*entry, stream->entry);
    return &stream->entry;
}

// Returns the error instead of setting errno.
int darwin_readdir_r(Stream* stream, DarwinDirent* entry, DarwinDirent** result)
{
    *result = nullptr;
    errno = 0;
    const dirent* found = readdir(stream->linux_stream);
    if (!found) return errno ? to_darwin(errno) : 0;
    convert(*found, *entry);
    *result = entry;
    return 0;
}

int darwin_closedir(Stream* stream)
{
    clear_marks(dirfd(stream->linux_stream));
    const int result = fix(closedir(stream->linux_stream));
    delete stream;
    return result;
}

void darwin_rewinddir(Stream* stream)
{
    rewinddir(stream->linux_stream);
}

long darwin_telldir(Stream* stream)
{
    return telldir(stream->linux_stream);
}

void darwin_seekdir(Stream* stream, long position)
{
    seekdir(stream->linux_stream, position);
}

int darwin_dirfd(Stream* stream)
{
    return dirfd(stream->linux_stream);
}

}  // namespace

std::span<const Import> listing_imports()
{
    static const Import imports[] = {
        import("opendir", darwin_opendir),   import("fdopendir", darwin_fdopendir),
        import("readdir", darwin_readdir),   import("readdir_r", darwin_readdir_r),
        import("closedir", darwin_closedir), import("rewinddir", darwin_rewinddir),
        import("telldir", darwin_telldir),   import("seekdir", darwin_seekdir),
        import("dirfd", darwin_dirfd),
    };
    return imports;
}

}  // namespace machorun
