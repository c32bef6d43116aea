// statx(2): birth time and mount points beside what stat tells, in one call.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>

#include "platform/attributes.h"
#include "platform/directory.h"
#include "platform/file.h"
#include "platform/posix/node.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

Timestamp timestamp(const struct statx_timestamp& time)
{
    return {time.tv_sec, time.tv_nsec};
}

Metadata metadata(const struct statx& facts)
{
    Metadata result;
    result.type = type_of(facts.stx_mode);
    result.mode = static_cast<Mode>(facts.stx_mode & 07777U);
    result.user = facts.stx_uid;
    result.group = facts.stx_gid;
    result.link_count = facts.stx_nlink;
    result.node = {facts.stx_rdev_major, facts.stx_rdev_minor};
    result.size = facts.stx_size;
    result.allocated = facts.stx_blocks * 512;
    result.identity = {::gnu_dev_makedev(facts.stx_dev_major, facts.stx_dev_minor), facts.stx_ino};
    result.accessed = timestamp(facts.stx_atime);
    result.modified = timestamp(facts.stx_mtime);
    result.changed = timestamp(facts.stx_ctime);
    if ((facts.stx_mask & STATX_BTIME) != 0) result.born = timestamp(facts.stx_btime);
    result.mount_root = (facts.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
    return result;
}

Result<Metadata> stat_at(int directory, const char* name, int flags)
{
    struct statx facts;
    const int result = sys::call("statx", [&] {
        return ::statx(directory, name, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS | STATX_BTIME, &facts);
    });
    if (result == -1) return fail(Operation::Stat, errno);
    return metadata(facts);
}

}  // namespace

Result<Metadata> File::stat() const
{
    return stat_at(handle_.get(), "", AT_EMPTY_PATH);
}

Result<Metadata> Directory::stat() const
{
    return stat_at(handle_.get(), "", AT_EMPTY_PATH);
}

Result<Metadata> Directory::stat(NameView name) const
{
    return stat_at(handle_.get(), name.c_str(), AT_SYMLINK_NOFOLLOW);
}

Result<Metadata> Directory::stat_followed(NameView name) const
{
    return stat_at(handle_.get(), name.c_str(), 0);
}

Result<Metadata> stat_target(AttributeTarget target)
{
    if (target.name() == nullptr || target.is_path_handle()) return stat_at(target.descriptor(), "", AT_EMPTY_PATH);
    return stat_at(target.descriptor(), target.name(), target.follows() ? 0 : AT_SYMLINK_NOFOLLOW);
}

Result<Metadata> stat_path(const std::string& path, bool follow)
{
    return stat_at(AT_FDCWD, path.c_str(), follow ? 0 : AT_SYMLINK_NOFOLLOW);
}

}  // namespace arsync::platform
