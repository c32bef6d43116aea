// Making and removing names: mkdir(2), rmdir(2), unlink(2), link(2), symlink(2), readlink(2), mkfifo(2), mknod(2).
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_creation.h"
#include "fs_guard.h"
#include "fs_layout.h"
#include "fs_state.h"
#include "fs_tables.h"
#include "paths.h"
#include "volumes.h"

namespace machorun {
namespace {

// Finds the place for a new name and lets `make` (a Linux call) put something there.
template <class Make>
int create(int directory, const char* path, Make make)
{
    const auto place = find_place(directory, path, Links::kNofollow);
    if (!place) return fail(place.error());
    if (const int error = refuse_new_entry(*place)) {
        // The name is looked up first: EEXIST goes before EPERM.
        return fail(Object::at(*place, Links::kNofollow) ? EEXIST : error);
    }
    if (make(*place) != 0) return fix(-1);
    settle_new_entry(*place);
    return 0;
}

int darwin_mkdirat(int directory, const char* path, unsigned mode)
{
    return create(directory, path,
                  [&](const Place& place) { return mkdirat(place.directory, place.name.c_str(), mode & 07777U); });
}

int darwin_mkdir(const char* path, unsigned mode)
{
    return darwin_mkdirat(darwin::kAtFdcwd, path, mode);
}

int darwin_symlinkat(const char* target, int directory, const char* path)
{
    if (std::strlen(target) >= darwin::kPathMax) return fail(darwin::kEnametoolong);
    return create(directory, path,
                  [&](const Place& place) { return symlinkat(target, place.directory, place.name.c_str()); });
}

int darwin_symlink(const char* target, const char* path)
{
    return darwin_symlinkat(target, darwin::kAtFdcwd, path);
}

int darwin_mknodat(int directory, const char* path, uint16_t mode, int32_t device)
{
    // mknod(2) makes devices for root only; mkfifo(2) is for the rest.
    const bool is_device = S_ISCHR(mode) || S_ISBLK(mode);
    if (is_device && geteuid() != 0) return fail(EPERM);
    if (!is_device && !S_ISFIFO(mode)) return fail(EINVAL);
    return create(directory, path, [&](const Place& place) {
        return mknodat(place.directory, place.name.c_str(), mode, is_device ? linux_device(device) : 0);
    });
}

int darwin_mknod(const char* path, uint16_t mode, int32_t device)
{
    return darwin_mknodat(darwin::kAtFdcwd, path, mode, device);
}

int darwin_mkfifoat(int directory, const char* path, uint16_t mode)
{
    return create(directory, path,
                  [&](const Place& place) { return mkfifoat(place.directory, place.name.c_str(), mode & 07777U); });
}

int darwin_mkfifo(const char* path, uint16_t mode)
{
    return darwin_mkfifoat(darwin::kAtFdcwd, path, mode);
}

int darwin_unlinkat(int directory, const char* path, int flags)
{
    if (flags & ~(darwin::kAtRemovedir | darwin::kAtSymlinkNofollowAny)) return fail(EINVAL);
    const auto place = find_place(directory, path, Links::kNofollow);
    if (!place) return fail(place.error());
    if (flags & darwin::kAtSymlinkNofollowAny) {
        const auto free_of_links = Object::at(*place, Links::kNone);
        if (!free_of_links && free_of_links.error() == darwin::kEloop) return fail(darwin::kEloop);
    }
    if (const int error = refuse_removal(*place)) return fail(error);
    const bool removes_directory = flags & darwin::kAtRemovedir;
    if (unlinkat(place->directory, place->name.c_str(), removes_directory ? AT_REMOVEDIR : 0) == 0) return 0;
    // unlink(2) of a directory is EPERM on macOS.
    return !removes_directory && errno == EISDIR ? fail(EPERM) : fix(-1);
}

int darwin_unlink(const char* path)
{
    return darwin_unlinkat(darwin::kAtFdcwd, path, 0);
}

int darwin_rmdir(const char* path)
{
    return darwin_unlinkat(darwin::kAtFdcwd, path, darwin::kAtRemovedir);
}

int darwin_linkat(int from_directory, const char* from, int to_directory, const char* to, int flags)
{
    if (flags & ~darwin::kAtSymlinkFollow) return fail(EINVAL);
    const Links links = flags & darwin::kAtSymlinkFollow ? Links::kFollow : Links::kNofollow;
    const auto source = Object::at(from_directory, from, links);
    if (!source) return fail(source.error());
    if (source->is_directory()) return fail(EPERM);
    const auto place = find_place(to_directory, to, Links::kNofollow);
    if (!place) return fail(place.error());
    if (volumes_declared()) {
        const Descriptor parent = place->open_parent();
        if (parent.get() < 0) return fix(-1);
        if (!(volume_of(parent.get()) == source->volume())) return fail(EXDEV);
    }
    if (const int error = refuse_new_name(*source)) return fail(error);
    if (const int error = refuse_new_entry(*place)) return fail(error);
    // Through /proc the object found is linked, and not what may stand under its name by now: open(2), O_TMPFILE.
    return fix(linkat(AT_FDCWD, source->link().c_str(), place->directory, place->name.c_str(), AT_SYMLINK_FOLLOW));
}

// "If the last component of path1 is a symbolic link, link() will point the hard link to the underlying object":
// link(2).
int darwin_link(const char* from, const char* to)
{
    return darwin_linkat(darwin::kAtFdcwd, from, darwin::kAtFdcwd, to, darwin::kAtSymlinkFollow);
}

ssize_t darwin_readlinkat(int directory, const char* path, char* buffer, size_t size)
{
    const auto place = find_place(directory, path, Links::kNofollow);
    if (!place) return fail(place.error());
    return fix(readlinkat(place->directory, place->name.c_str(), buffer, size));
}

ssize_t darwin_readlink(const char* path, char* buffer, size_t size)
{
    return darwin_readlinkat(darwin::kAtFdcwd, path, buffer, size);
}

// For descriptors opened with O_SYMLINK.
ssize_t darwin_freadlink(int fd, char* buffer, size_t size)
{
    const ssize_t length = readlinkat(fd, "", buffer, size);
    return length < 0 && errno == ENOENT ? fail(EINVAL) : fix(length);
}

}  // namespace

std::span<const Import> entry_imports()
{
    static const Import imports[] = {
        import("mkdir", darwin_mkdir),           import("mkdirat", darwin_mkdirat),
        import("symlink", darwin_symlink),       import("symlinkat", darwin_symlinkat),
        import("mknod", darwin_mknod),           import("mknodat", darwin_mknodat),
        import("mkfifo", darwin_mkfifo),         import("mkfifoat", darwin_mkfifoat),
        import("unlink", darwin_unlink),         import("unlinkat", darwin_unlinkat),
        import("rmdir", darwin_rmdir),           import("link", darwin_link),
        import("linkat", darwin_linkat),         import("readlink", darwin_readlink),
        import("readlinkat", darwin_readlinkat), import("freadlink", darwin_freadlink),
    };
    return imports;
}

}  // namespace machorun
