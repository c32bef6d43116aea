#include "platform/darwin/volume_capabilities.h"

#include <sys/attr.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <mutex>
#include <string_view>

#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

using VolumeId = std::array<std::int32_t, 2>;

VolumeId id_of(const struct statfs& facts)
{
    return {facts.f_fsid.val[0], facts.f_fsid.val[1]};
}

Result<struct statfs> facts_of(int descriptor)
{
    struct statfs facts;
    if (sys::call("fstatfs", [&] { return ::fstatfs(descriptor, &facts); }) == -1) return fail(Operation::Stat, errno);
    return facts;
}

/// The value stands only where the volume declares it valid.
bool has(const vol_capabilities_attr_t& capabilities, int group, u_int32_t bit)
{
    return (capabilities.valid[group] & capabilities.capabilities[group] & bit) != 0;
}

VolumeCapabilities ask(const char* mount_point, std::string_view type)
{
    // As getattrlist(2) lays it out: a length, then the attributes in the order of their bits, 4-byte aligned.
    struct __attribute__((packed, aligned(4))) Answer {
        u_int32_t length;
        vol_capabilities_attr_t capabilities;
    } answer{};
    attrlist wanted{};
    wanted.bitmapcount = ATTR_BIT_MAP_COUNT;
    wanted.volattr = ATTR_VOL_INFO | ATTR_VOL_CAPABILITIES;
    // Attributes of a volume are asked for at its mount point, which is the system's own word (statfs).
    const int result =
        sys::call("getattrlist", [&] { return ::getattrlist(mount_point, &wanted, &answer, sizeof answer, 0); });
    VolumeCapabilities capabilities;
    capabilities.preallocation_helps = type == "hfs";
    if (result == -1) return capabilities;  // it does not say: no clones, and names are what they are
    const auto& told = answer.capabilities;
    const bool tells_case =
        (told.valid[VOL_CAPABILITIES_FORMAT] & static_cast<u_int32_t>(VOL_CAP_FMT_CASE_SENSITIVE)) != 0;
    capabilities.clone = has(told, VOL_CAPABILITIES_INTERFACES, VOL_CAP_INT_CLONE);
    capabilities.case_sensitive = !tells_case || has(told, VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_CASE_SENSITIVE);
    return capabilities;
}

VolumeCapabilities remembered(const struct statfs& facts)
{
    static std::mutex mutex;
    static std::map<VolumeId, VolumeCapabilities> known;
    const std::lock_guard lock(mutex);
    const auto id = id_of(facts);
    const auto found = known.find(id);
    if (found != known.end()) return found->second;
    return known.emplace(id, ask(facts.f_mntonname, facts.f_fstypename)).first->second;
}

}  // namespace

Result<VolumeCapabilities> volume_capabilities(int descriptor)
{
    const auto facts = facts_of(descriptor);
    if (!facts) return std::unexpected(facts.error());
    return remembered(*facts);
}

Status volumes_can_clone(const File& source, const Directory& target)
{
    const auto from = facts_of(source.handle().get());
    if (!from) return std::unexpected(from.error());
    const auto to = facts_of(target.handle().get());
    if (!to) return std::unexpected(to.error());
    if (id_of(*from) != id_of(*to)) return fail(Operation::Clone, EXDEV);
    if (!remembered(*to).clone) return fail(Operation::Clone, ENOTSUP);
    return {};
}

}  // namespace arsync::platform
