// stat(2) and its variants.
#include <sys/stat.h>

#include "darwin_errno.h"
#include "fs_metadata.h"
#include "fs_state.h"
#include "fs_tables.h"
#include "volumes.h"

namespace machorun {

DarwinStat stat_of(const Object& object)
{
    const struct stat& from = object.status();
    DarwinStat to = {};
    to.dev = object.device();
    to.mode = static_cast<uint16_t>(mode_of(object));
    to.nlink = static_cast<uint16_t>(from.st_nlink);
    to.ino = from.st_ino;
    to.uid = from.st_uid;
    to.gid = from.st_gid;
    to.rdev = darwin_device(from.st_rdev);
    to.access_time = {from.st_atim.tv_sec, from.st_atim.tv_nsec};
    to.modification_time = {from.st_mtim.tv_sec, from.st_mtim.tv_nsec};
    to.change_time = {from.st_ctim.tv_sec, from.st_ctim.tv_nsec};
    to.birth_time = birth_time_of(object);
    to.size = from.st_size;
    to.blocks = from.st_blocks;
    to.block_size = static_cast<int32_t>(from.st_blksize);
    to.flags = flags_of(object);
    return to;
}

namespace {

int fill(const Looked<Object>& object, DarwinStat* result)
{
    if (!object) return fail(object.error());
    *result = stat_of(*object);
    return 0;
}

int darwin_fstatat(int directory, const char* path, DarwinStat* result, int flags)
{
    constexpr int kRealDevice = 0x200;  // AT_REALDEV: the device under a union of volumes, of which there are none here
    constexpr int kKnown = darwin::kAtSymlinkNofollow | darwin::kAtSymlinkNofollowAny | kRealDevice;
    if (flags & ~kKnown) return fail(EINVAL);
    return fill(Object::at(directory, path, links_of(flags)), result);
}

int darwin_stat(const char* path, DarwinStat* result)
{
    return darwin_fstatat(darwin::kAtFdcwd, path, result, 0);
}

int darwin_lstat(const char* path, DarwinStat* result)
{
    return darwin_fstatat(darwin::kAtFdcwd, path, result, darwin::kAtSymlinkNofollow);
}

int darwin_fstat(int fd, DarwinStat* result)
{
    return fill(Object::of(fd), result);
}

}  // namespace

std::span<const Import> stat_imports()
{
    static const Import imports[] = {
        import("stat", darwin_stat),
        import("lstat", darwin_lstat),
        import("fstat", darwin_fstat),
        import("fstatat", darwin_fstatat),
    };
    return imports;
}

std::span<const Import> fs_metadata_imports()
{
    static const auto imports = joined({stat_imports(), ownership_imports(), time_setting_imports()});
    return imports;
}

}  // namespace machorun
