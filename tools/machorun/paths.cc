#include "paths.h"

#include <cstring>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include "darwin_errno.h"
#include "fs_layout.h"
#include "fs_walk.h"
#include "volumes.h"

namespace machorun {
namespace {

std::unexpected<int> linux_failure()
{
    return std::unexpected(to_darwin(errno));
}

}  // namespace

int linux_directory(int directory)
{
    return directory == darwin::kAtFdcwd ? AT_FDCWD : directory;
}

Links links_of(int at_flags)
{
    if (at_flags & darwin::kAtSymlinkNofollowAny) return Links::kNone;
    return at_flags & darwin::kAtSymlinkNofollow ? Links::kNofollow : Links::kFollow;
}

Looked<Place> find_place(int directory, const char* path, Links links)
{
    if (!path) return std::unexpected(EFAULT);
    const size_t length = std::strlen(path);
    if (length == 0) return std::unexpected(ENOENT);
    if (length >= darwin::kPathMax) return std::unexpected(darwin::kEnametoolong);
    const int start = linux_directory(directory);
    if (!volumes_declared()) return Place{start, path, path};
    const char* from = path[0] == '/' ? "/" : ".";
    Descriptor root(openat(start, from, O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (root.get() < 0) return linux_failure();
    return walk(std::move(root), path, links);
}

Descriptor Place::open_parent() const
{
    std::string path = name;
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    const size_t slash = path.rfind('/');
    path = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    return Descriptor(openat(directory, path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

bool Place::at_volume_border() const
{
    if (!volumes_declared()) return false;
    const Descriptor self(openat(directory, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (self.get() < 0) return false;
    const std::string path = path_of(self.get());
    const Volume* volume = declared_volume_of(path);
    return volume && volume->root == path;
}

int open_place(const Place& place, int linux_flags, unsigned mode, Links links)
{
    if (links != Links::kNone) return openat(place.directory, place.name.c_str(), linux_flags, mode);
    open_how how = {};
    how.flags = static_cast<unsigned>(linux_flags);
    how.mode = linux_flags & O_CREAT ? mode : 0;
    how.resolve = RESOLVE_NO_SYMLINKS;
    return static_cast<int>(syscall(SYS_openat2, place.directory, place.name.c_str(), &how, sizeof how));
}

Object::Object(int fd, Descriptor owned)
    : fd_(fd), owned_(std::move(owned)), link_("/proc/self/fd/" + std::to_string(fd))
{
}

bool Object::load()
{
    return fstat(fd_, &status_) == 0;
}

Looked<Object> Object::at(const Place& place, Links links)
{
    const int nofollow = links == Links::kNofollow ? O_NOFOLLOW : 0;
    Descriptor owned(open_place(place, O_PATH | O_CLOEXEC | nofollow, 0, links));
    if (owned.get() < 0) return linux_failure();
    const int fd = owned.get();
    Object object(fd, std::move(owned));
    if (!object.load()) return linux_failure();
    return object;
}

Looked<Object> Object::at(int directory, const char* path, Links links)
{
    const auto place = find_place(directory, path, links);
    if (!place) return std::unexpected(place.error());
    return at(*place, links);
}

Looked<Object> Object::of(int fd)
{
    Object object(fd, Descriptor());
    if (!object.load()) return linux_failure();
    return object;
}

const Volume& Object::volume() const
{
    return volume_of(fd_);
}

int32_t Object::device() const
{
    return volumes_declared() ? volume().device : volume_device(status_.st_dev);
}

}  // namespace machorun
