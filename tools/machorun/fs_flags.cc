// chflags(2) and its variants.
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_attributes.h"
#include "fs_flags.h"
#include "fs_state.h"
#include "fs_tables.h"

namespace machorun {
namespace {

constexpr uint32_t kOwnerFlags = darwin::kUfNodump | darwin::kUfImmutable | darwin::kUfAppend | darwin::kUfOpaque |
                                 darwin::kUfTracked | darwin::kUfHidden;
constexpr uint32_t kRootFlags = darwin::kSfArchived | darwin::kSfImmutable | darwin::kSfAppend | darwin::kSfNounlink;
// The system's own: a program sees them and cannot change them, and giving them along as they are is no change.
constexpr uint32_t kSystemFlags =
    darwin::kUfCompressed | darwin::kUfDatavault | darwin::kSfRestricted | darwin::kSfFirmlink | darwin::kSfDataless;

int apply(const Looked<Object>& object, uint32_t flags)
{
    if (!object) return fail(object.error());
    const int error = change_flags(*object, flags);
    return error ? fail(error) : 0;
}

int darwin_chflagsat(int directory, const char* path, uint32_t flags, int at_flags)
{
    if (at_flags & ~(darwin::kAtSymlinkNofollow | darwin::kAtSymlinkNofollowAny)) return fail(EINVAL);
    return apply(Object::at(directory, path, links_of(at_flags)), flags);
}

int darwin_chflags(const char* path, uint32_t flags)
{
    return darwin_chflagsat(darwin::kAtFdcwd, path, flags, 0);
}

int darwin_lchflags(const char* path, uint32_t flags)
{
    return darwin_chflagsat(darwin::kAtFdcwd, path, flags, darwin::kAtSymlinkNofollow);
}

int darwin_fchflags(int fd, uint32_t flags)
{
    return apply(Object::of(fd), flags);
}

}  // namespace

int change_flags(const Object& object, uint32_t flags)
{
    const uint32_t before = flags_of(object);
    const uint32_t changed = before ^ flags;
    if (flags & ~(kOwnerFlags | kRootFlags | kSystemFlags)) return EINVAL;
    const bool root = geteuid() == 0;
    if (!root && geteuid() != object.status().st_uid) return EPERM;
    if (changed & kSystemFlags) return EPERM;
    // While a super-user flag is on, the owner's flags are out of his hands as well.
    const bool locked = before & (darwin::kSfImmutable | darwin::kSfAppend);
    if (!root && ((changed & kRootFlags) || locked)) return EPERM;
    return set_flags(object, flags);
}

std::span<const Import> flag_imports()
{
    static const Import imports[] = {
        import("chflags", darwin_chflags),
        import("lchflags", darwin_lchflags),
        import("fchflags", darwin_fchflags),
        import("chflagsat", darwin_chflagsat),
    };
    return imports;
}

std::span<const Import> fs_attribute_imports()
{
    static const auto imports = joined({xattr_imports(), flag_imports(), acl_object_imports(), acl_entry_imports(),
                                        acl_text_imports(), acl_file_imports(), filesec_imports()});
    return imports;
}

}  // namespace machorun
