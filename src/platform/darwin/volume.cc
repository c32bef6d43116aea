#include "platform/volume.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>

#include "platform/darwin/volume_capabilities.h"
#include "platform/posix/sys.h"

namespace arsync::platform {

Result<VolumeFacts> volume_facts(const Directory& directory)
{
    struct statfs facts;
    if (sys::call("fstatfs", [&] { return ::fstatfs(directory.handle().get(), &facts); }) == -1)
        return fail(Operation::Stat, errno);
    const auto capabilities = volume_capabilities(directory.handle().get());
    if (!capabilities) return std::unexpected(capabilities.error());

    VolumeFacts result;
    result.type = facts.f_fstypename;
    result.read_only = (facts.f_flags & MNT_RDONLY) != 0;
    result.supports_clone = capabilities->clone;
    result.preallocation_helps = capabilities->preallocation_helps;
    result.kernel_copy_helps = true;
    result.names_fold = !capabilities->case_sensitive;
    result.block_size = facts.f_bsize;
    return result;
}

Status sync_volume(const Directory& directory)
{
    // Flushes the drive's cache, for all files of the drive. Network and foreign file systems refuse it.
    const int descriptor = directory.handle().get();
    if (sys::call("fcntl_fullfsync", [&] { return ::fcntl(descriptor, F_FULLFSYNC); }) != -1) return {};
    if (sys::call("fsync", [&] { return ::fsync(descriptor); }) == -1) return fail(Operation::Sync, errno);
    return {};
}

std::optional<FileIdentity> second_way_to_root()
{
    const auto facts = stat_path("/System/Volumes/Data", false);
    if (!facts || facts->type != FileType::Directory) return std::nullopt;
    return facts->identity;
}

}  // namespace arsync::platform
