#include "platform/volume.h"

#include <linux/magic.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

// Not in <linux/magic.h>.
constexpr std::int64_t kXfs = 0x58465342;
constexpr std::int64_t kZfs = 0x2fc12fc1;
constexpr std::int64_t kBcachefs = 0xca451a4e;
constexpr std::int64_t kCifs = 0xff534d42;
constexpr std::int64_t kSmb2 = 0xfe534d42;
constexpr std::int64_t kExfat = 0x2011bab0;

struct KnownVolume {
    std::int64_t magic;
    const char* type;
    bool clone;
    bool preallocation_helps;
    bool kernel_copy_helps;
    bool names_fold = false;
};

constexpr KnownVolume kKnown[] = {
    {EXT4_SUPER_MAGIC, "ext4", false, true, false},
    {kXfs, "xfs", true, true, true},
    {BTRFS_SUPER_MAGIC, "btrfs", true, false, true},
    {kBcachefs, "bcachefs", true, false, true},
    {kZfs, "zfs", true, false, true},
    {TMPFS_MAGIC, "tmpfs", false, false, false},
    {OVERLAYFS_SUPER_MAGIC, "overlay", true, false, false},
    {NFS_SUPER_MAGIC, "nfs", true, false, true},
    {kCifs, "cifs", true, false, true, true},
    {kSmb2, "cifs", true, false, true, true},
    {MSDOS_SUPER_MAGIC, "vfat", false, false, false, true},
    {kExfat, "exfat", false, false, false, true},
};

}  // namespace

Result<VolumeFacts> volume_facts(const Directory& directory)
{
    struct statfs facts;
    if (sys::call("fstatfs", [&] { return ::fstatfs(directory.handle().get(), &facts); }) == -1)
        return fail(Operation::Stat, errno);

    VolumeFacts result;
    result.read_only = (static_cast<unsigned long>(facts.f_flags) & ST_RDONLY) != 0;
    result.block_size = static_cast<std::uint64_t>(facts.f_bsize);
    for (const auto& known : kKnown) {
        if (static_cast<std::uint32_t>(known.magic) != static_cast<std::uint32_t>(facts.f_type)) continue;
        result.type = known.type;
        result.supports_clone = known.clone;
        result.preallocation_helps = known.preallocation_helps;
        result.kernel_copy_helps = known.kernel_copy_helps;
        result.names_fold = known.names_fold;
    }
    return result;
}

Status sync_volume(const Directory& directory)
{
    if (sys::call("syncfs", [&] { return ::syncfs(directory.handle().get()); }) == -1)
        return fail(Operation::Sync, errno);
    return {};
}

std::optional<FileIdentity> second_way_to_root()
{
    return std::nullopt;
}

}  // namespace arsync::platform
