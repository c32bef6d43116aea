// statfs(2), getfsstat(2), getmntinfo(3), statvfs(3).
#include "fs_volume.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include "darwin_errno.h"
#include "fs_tables.h"
#include "volumes.h"

namespace machorun {
namespace {

constexpr uint32_t kReadOnly = 0x1;  // MNT_*
constexpr uint32_t kNoExec = 0x4;
constexpr uint32_t kNoSuid = 0x8;
constexpr uint32_t kLocal = 0x1000;
constexpr uint32_t kRootFileSystem = 0x4000;
constexpr uint32_t kNoAccessTimes = 0x10000000;

uint32_t mount_flags(long linux_flags)
{
    uint32_t flags = kLocal;
    if (linux_flags & ST_RDONLY) flags |= kReadOnly;
    if (linux_flags & ST_NOEXEC) flags |= kNoExec;
    if (linux_flags & ST_NOSUID) flags |= kNoSuid;
    if (linux_flags & ST_NOATIME) flags |= kNoAccessTimes;
    return flags;
}

template <size_t Size>
void copy_text(char (&to)[Size], const std::string& from)
{
    std::strncpy(to, from.c_str(), Size - 1);
    to[Size - 1] = '\0';
}

int statfs_of(const Looked<Object>& object, DarwinStatfs* result)
{
    if (!object) return fail(object.error());
    const int error = fill_statfs(*object, *result);
    return error ? fail(error) : 0;
}

int darwin_statfs(const char* path, DarwinStatfs* result)
{
    return statfs_of(Object::at(darwin::kAtFdcwd, path, Links::kFollow), result);
}

int darwin_fstatfs(int fd, DarwinStatfs* result)
{
    return statfs_of(Object::of(fd), result);
}

std::vector<DarwinStatfs> mounted()
{
    std::vector<DarwinStatfs> found;
    for (const Volume& volume : all_volumes()) {
        DarwinStatfs one;
        if (darwin_statfs(volume.root.c_str(), &one) == 0) found.push_back(one);
    }
    return found;
}

// Without a buffer: the number of volumes. `size` is in bytes.
int darwin_getfsstat(DarwinStatfs* buffer, int size, int)
{
    const auto found = mounted();
    if (!buffer) return static_cast<int>(found.size());
    const size_t count = std::min(found.size(), static_cast<size_t>(std::max(size, 0)) / sizeof(DarwinStatfs));
    std::copy_n(found.begin(), count, buffer);
    return static_cast<int>(count);
}

// The caller frees the result.
int darwin_getmntinfo_r_np(DarwinStatfs** result, int)
{
    const auto found = mounted();
    *result = static_cast<DarwinStatfs*>(std::calloc(std::max<size_t>(found.size(), 1), sizeof(DarwinStatfs)));
    if (!*result) return fail(ENOMEM), 0;
    std::ranges::copy(found, *result);
    return static_cast<int>(found.size());
}

// The result belongs to the library and lasts until the next call: getmntinfo(3).
int darwin_getmntinfo(DarwinStatfs** result, int mode)
{
    static DarwinStatfs* last = nullptr;
    std::free(last);
    const int count = darwin_getmntinfo_r_np(&last, mode);
    *result = last;
    return count;
}

int statvfs_of(const Looked<Object>& object, DarwinStatvfs* result)
{
    DarwinStatfs info;
    if (statfs_of(object, &info) != 0) return -1;
    const auto narrow = [](uint64_t number) { return static_cast<uint32_t>(std::min<uint64_t>(number, UINT32_MAX)); };
    *result = {};
    result->block_size = static_cast<uint64_t>(info.io_size);
    result->fragment_size = info.block_size;
    result->blocks = narrow(info.blocks);
    result->blocks_free = narrow(info.blocks_free);
    result->blocks_available = narrow(info.blocks_available);
    result->files = narrow(info.files);
    result->files_free = result->files_available = narrow(info.files_free);
    result->fsid = static_cast<uint32_t>(info.fsid[0]);
    result->flags = (info.flags & kReadOnly ? 1U : 0U) | (info.flags & kNoSuid ? 2U : 0U);
    result->name_max = 255;
    return 0;
}

int darwin_statvfs(const char* path, DarwinStatvfs* result)
{
    return statvfs_of(Object::at(darwin::kAtFdcwd, path, Links::kFollow), result);
}

int darwin_fstatvfs(int fd, DarwinStatvfs* result)
{
    return statvfs_of(Object::of(fd), result);
}

}  // namespace

int fill_statfs(const Object& object, DarwinStatfs& result)
{
    struct statfs info;
    if (fstatfs(object.fd(), &info) != 0) return to_darwin(errno);
    const Volume& volume = object.volume();
    result = {};
    result.block_size = static_cast<uint32_t>(info.f_bsize);
    result.io_size = 1 << 20;  // what APFS and HFS+ give
    result.blocks = info.f_blocks;
    result.blocks_free = info.f_bfree;
    result.blocks_available = info.f_bavail;
    result.files = info.f_files;
    result.files_free = info.f_ffree;
    result.fsid[0] = volume.device;
    result.flags = mount_flags(info.f_flags) | (volume.root == "/" ? kRootFileSystem : 0);
    copy_text(result.type_name, volume.type);
    copy_text(result.mounted_on, volume.root);
    copy_text(result.mounted_from, volume.source);
    return 0;
}

std::span<const Import> fs_volume_imports()
{
    static const Import imports[] = {
        import("statfs", darwin_statfs),       import("fstatfs", darwin_fstatfs),
        import("getfsstat", darwin_getfsstat), import("getmntinfo", darwin_getmntinfo),
        import("statvfs", darwin_statvfs),     import("getmntinfo_r_np", darwin_getmntinfo_r_np),
        import("fstatvfs", darwin_fstatvfs),
    };
    return imports;
}

}  // namespace machorun
