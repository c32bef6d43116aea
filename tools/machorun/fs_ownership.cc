// chmod(2) and chown(2) with their variants.
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_guard.h"
#include "fs_metadata.h"
#include "fs_state.h"
#include "fs_tables.h"

namespace machorun {

int change_mode(const Object& object, unsigned mode)
{
    if (const int error = refuse_attribute_change(object)) return error;
    if (!object.is_link()) return chmod(object.link().c_str(), mode & 07777U) == 0 ? 0 : to_darwin(errno);
    // Links have a mode of their own on macOS: lchmod(2).
    if (geteuid() != 0 && geteuid() != object.status().st_uid) return EPERM;
    char text[8];
    std::snprintf(text, sizeof text, "%04o", mode & 07777U);
    return write_state(object, "mode", text);
}

int change_owner(const Object& object, uint32_t user, uint32_t group)
{
    if (const int error = refuse_attribute_change(object)) return error;
    return fchownat(object.fd(), "", user, group, AT_EMPTY_PATH) == 0 ? 0 : to_darwin(errno);
}

namespace {

template <class Change>
int apply(const Looked<Object>& object, Change change)
{
    if (!object) return fail(object.error());
    const int error = change(*object);
    return error ? fail(error) : 0;
}

constexpr int kLinkFlags = darwin::kAtSymlinkNofollow | darwin::kAtSymlinkNofollowAny;

int darwin_fchmodat(int directory, const char* path, uint16_t mode, int flags)
{
    if (flags & ~kLinkFlags) return fail(EINVAL);
    return apply(Object::at(directory, path, links_of(flags)),
                 [&](const Object& object) { return change_mode(object, mode); });
}

int darwin_chmod(const char* path, uint16_t mode)
{
    return darwin_fchmodat(darwin::kAtFdcwd, path, mode, 0);
}

int darwin_lchmod(const char* path, uint16_t mode)
{
    return darwin_fchmodat(darwin::kAtFdcwd, path, mode, darwin::kAtSymlinkNofollow);
}

int darwin_fchmod(int fd, uint16_t mode)
{
    return apply(Object::of(fd), [&](const Object& object) { return change_mode(object, mode); });
}

int darwin_fchownat(int directory, const char* path, uint32_t user, uint32_t group, int flags)
{
    if (flags & ~kLinkFlags) return fail(EINVAL);
    return apply(Object::at(directory, path, links_of(flags)),
                 [&](const Object& object) { return change_owner(object, user, group); });
}

int darwin_chown(const char* path, uint32_t user, uint32_t group)
{
    return darwin_fchownat(darwin::kAtFdcwd, path, user, group, 0);
}

int darwin_lchown(const char* path, uint32_t user, uint32_t group)
{
    return darwin_fchownat(darwin::kAtFdcwd, path, user, group, darwin::kAtSymlinkNofollow);
}

int darwin_fchown(int fd, uint32_t user, uint32_t group)
{
    return apply(Object::of(fd), [&](const Object& object) { return change_owner(object, user, group); });
}

}  // namespace

std::span<const Import> ownership_imports()
{
    static const Import imports[] = {
        import("chmod", darwin_chmod),       import("lchmod", darwin_lchmod),     import("fchmod", darwin_fchmod),
        import("fchmodat", darwin_fchmodat), import("chown", darwin_chown),       import("lchown", darwin_lchown),
        import("fchown", darwin_fchown),     import("fchownat", darwin_fchownat),
    };
    return imports;
}

}  // namespace machorun
