// stat(2) tells nanoseconds, birth time and file flags here; only mount points take a second call.

#include <fcntl.h>
#include <sys/attr.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "platform/attributes.h"
#include "platform/directory.h"
#include "platform/file.h"
#include "platform/posix/node.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

Timestamp timestamp(const timespec& time)
{
    return {time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec)};
}

Metadata metadata(const struct stat& facts)
{
    Metadata result;
    result.type = type_of(facts.st_mode);
    result.mode = static_cast<Mode>(facts.st_mode & 07777U);
    result.user = facts.st_uid;
    result.group = facts.st_gid;
    result.link_count = facts.st_nlink;
    const auto device = static_cast<std::uint32_t>(facts.st_rdev);
    result.node = {static_cast<std::uint32_t>(major(device)), static_cast<std::uint32_t>(minor(device))};
    result.size = static_cast<std::uint64_t>(facts.st_size);
    result.allocated = static_cast<std::uint64_t>(facts.st_blocks) * 512;
    result.identity = {static_cast<std::uint32_t>(facts.st_dev), facts.st_ino};
    result.accessed = timestamp(facts.st_atimespec);
    result.modified = timestamp(facts.st_mtimespec);
    result.changed = timestamp(facts.st_ctimespec);
    result.flags = facts.st_flags;
    result.dataless = (facts.st_flags & SF_DATALESS) != 0;
    // A volume without birth times says 0 (ExFAT, NFS).
    if (facts.st_birthtimespec.tv_sec != 0) result.born = timestamp(facts.st_birthtimespec);
    // A compressed file's blocks are no measure of its holes, and a dataless one has no blocks at all.
    if ((facts.st_flags & (UF_COMPRESSED | SF_DATALESS)) != 0) result.allocated = result.size;
    return result;
}

/// Whether a volume is mounted on the directory: what a name in the parent shows is the mounted one's root.
bool is_mount_point(int directory, const char* name)
{
    struct __attribute__((packed, aligned(4))) Answer {
        u_int32_t length;
        u_int32_t mount_status;
    } answer{};
    attrlist wanted{};
    wanted.bitmapcount = ATTR_BIT_MAP_COUNT;
    wanted.dirattr = ATTR_DIR_MOUNTSTATUS;
    const int result = sys::call("getattrlistat", [&] {
        return name == nullptr ? ::fgetattrlist(directory, &wanted, &answer, sizeof answer, 0)
                               : ::getattrlistat(directory, name, &wanted, &answer, sizeof answer, FSOPT_NOFOLLOW);
    });
    return result != -1 && (answer.mount_status & DIR_MNTSTATUS_MNTPOINT) != 0;
}

Result<Metadata> open_metadata(int descriptor)
{
    struct stat facts;
    if (sys::call("fstat", [&] { return ::fstat(descriptor, &facts); }) == -1) return fail(Operation::Stat, errno);
    auto result = metadata(facts);
    if (result.type == FileType::Directory) result.mount_root = is_mount_point(descriptor, nullptr);
    return result;
}

Result<Metadata> named_metadata(int directory, const char* name, int flags)
{
    struct stat facts;
    if (sys::call("fstatat", [&] { return ::fstatat(directory, name, &facts, flags); }) == -1)
        return fail(Operation::Stat, errno);
    return metadata(facts);
}

}  // namespace

Result<Metadata> File::stat() const
{
    return open_metadata(handle_.get());
}

Result<Metadata> Directory::stat() const
{
    return open_metadata(handle_.get());
}

Result<Metadata> Directory::stat(NameView name) const
{
    auto result = named_metadata(handle_.get(), name.c_str(), AT_SYMLINK_NOFOLLOW);
    if (result && result->type == FileType::Directory) result->mount_root = is_mount_point(handle_.get(), name.c_str());
    return result;
}

Result<Metadata> Directory::stat_followed(NameView name) const
{
    return named_metadata(handle_.get(), name.c_str(), 0);
}

Result<Metadata> stat_target(AttributeTarget target)
{
    if (target.name() == nullptr) return open_metadata(target.descriptor());
    return named_metadata(target.descriptor(), target.name(), target.follows() ? 0 : AT_SYMLINK_NOFOLLOW);
}

Result<Metadata> stat_path(const std::string& path, bool follow)
{
    return named_metadata(AT_FDCWD, path.c_str(), follow ? 0 : AT_SYMLINK_NOFOLLOW);
}

}  // namespace arsync::platform
