// The working directory, realpath(3), access(2) and pathconf(2).
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_layout.h"
#include "fs_state.h"
#include "fs_tables.h"
#include "paths.h"
#include "volumes.h"

namespace machorun {
namespace {

char* darwin_getcwd(char* buffer, size_t size)
{
    char* result = getcwd(buffer, buffer ? size : 0);
    if (!result) errno = to_darwin(errno);
    return result;
}

int darwin_fchdir(int fd)
{
    return fix(fchdir(fd));
}

int darwin_chdir(const char* path)
{
    const auto object = Object::at(darwin::kAtFdcwd, path, Links::kFollow);
    return object ? fix(fchdir(object->fd())) : fail(object.error());
}

// The path with the names as they are stored, on macOS as here. A buffer of PATH_MAX bytes, or malloc's.
char* darwin_realpath(const char* path, char* buffer)
{
    const auto object = Object::at(darwin::kAtFdcwd, path, Links::kFollow);
    if (!object) {
        errno = path ? object.error() : EINVAL;
        return nullptr;
    }
    const std::string real = path_of(object->fd());
    if (real.size() >= darwin::kPathMax) {
        errno = darwin::kEnametoolong;
        return nullptr;
    }
    if (!buffer) return strdup(real.c_str());
    return static_cast<char*>(std::memcpy(buffer, real.c_str(), real.size() + 1));
}

int darwin_faccessat(int directory, const char* path, int mode, int flags)
{
    const int known = darwin::kAtEaccess | darwin::kAtSymlinkNofollow | darwin::kAtSymlinkNofollowAny;
    if (flags & ~known) return fail(EINVAL);
    const auto object = Object::at(directory, path, links_of(flags));
    if (!object) return fail(object.error());
    const bool immutable = flags_of(*object) & (darwin::kUfImmutable | darwin::kSfImmutable);
    if ((mode & W_OK) && immutable) return fail(EPERM);
    if (object->is_link()) return 0;  // a link itself is read and followed by everybody
    return fix(faccessat(AT_FDCWD, object->link().c_str(), mode, flags & darwin::kAtEaccess ? AT_EACCESS : 0));
}

int darwin_access(const char* path, int mode)
{
    return darwin_faccessat(darwin::kAtFdcwd, path, mode, 0);
}

// unistd.h of macOS for the numbers, pathconf(2) for the values on APFS.
long limit_of(const Object& object, int name)
{
    switch (name) {
        case 1: return 32767;                                                  // _PC_LINK_MAX
        case 4: return 255;                                                    // _PC_NAME_MAX
        case 5: return darwin::kPathMax;                                       // _PC_PATH_MAX
        case 6: return 512;                                                    // _PC_PIPE_BUF
        case 7: return 1;                                                      // _PC_CHOWN_RESTRICTED
        case 8: return 1;                                                      // _PC_NO_TRUNC
        case 11: return !object.volume().insensitive;                          // _PC_CASE_SENSITIVE
        case 12: return 1;                                                     // _PC_CASE_PRESERVING
        case 13: return 1;                                                     // _PC_EXTENDED_SECURITY_NP
        case 18: return 64;                                                    // _PC_FILESIZEBITS
        case 24: return darwin::kPathMax;                                      // _PC_SYMLINK_MAX
        case 26: return 31;                                                    // _PC_XATTR_SIZE_BITS
        case 27: return object.volume().type == "apfs" ? 4096 : fail(EINVAL);  // _PC_MIN_HOLE_SIZE
        default: return fail(EINVAL);
    }
}

long darwin_pathconf(const char* path, int name)
{
    const auto object = Object::at(darwin::kAtFdcwd, path, Links::kFollow);
    return object ? limit_of(*object, name) : fail(object.error());
}

long darwin_fpathconf(int fd, int name)
{
    const auto object = Object::of(fd);
    return object ? limit_of(*object, name) : fail(object.error());
}

}  // namespace

std::span<const Import> path_imports()
{
    static const Import imports[] = {
        import("getcwd", darwin_getcwd),     import("chdir", darwin_chdir),
        import("fchdir", darwin_fchdir),     import("realpath", darwin_realpath),
        import("access", darwin_access),     import("faccessat", darwin_faccessat),
        import("pathconf", darwin_pathconf), import("fpathconf", darwin_fpathconf),
    };
    return imports;
}

std::span<const Import> fs_directory_imports()
{
    static const auto imports =
        joined({entry_imports(), rename_imports(), listing_imports(), path_imports(), named_socket_imports()});
    return imports;
}

}  // namespace machorun
