// Which system and which volumes these are.
#include "probe.h"

#include <sys/attr.h>
#include <sys/mount.h>
#include <sys/sysctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>

namespace probe {
namespace {

std::string system_word(const char* name)
{
    char text[256] = "";
    std::size_t size = sizeof text - 1;
    if (::sysctlbyname(name, text, &size, nullptr, 0) == -1) return outcome(-1);
    return text;
}

struct Capability {
    const char* name;
    int group;
    std::uint32_t bit;
};

constexpr Capability kCapabilities[] = {
    {"clones", VOL_CAPABILITIES_INTERFACES, VOL_CAP_INT_CLONE},
    {"rename swap", VOL_CAPABILITIES_INTERFACES, VOL_CAP_INT_RENAME_SWAP},
    {"rename excl", VOL_CAPABILITIES_INTERFACES, VOL_CAP_INT_RENAME_EXCL},
    {"punch hole", VOL_CAPABILITIES_INTERFACES, VOL_CAP_INT_PUNCHHOLE},
    {"barrier fsync", VOL_CAPABILITIES_INTERFACES, VOL_CAP_INT_BARRIERFSYNC},
    {"preallocation", VOL_CAPABILITIES_INTERFACES, VOL_CAP_INT_ALLOCATE},
    {"extended attributes", VOL_CAPABILITIES_INTERFACES, VOL_CAP_INT_EXTENDED_ATTR},
    {"named streams", VOL_CAPABILITIES_INTERFACES, VOL_CAP_INT_NAMEDSTREAMS},
    {"acls", VOL_CAPABILITIES_INTERFACES, VOL_CAP_INT_EXTENDED_SECURITY},
    {"getattrlist", VOL_CAPABILITIES_INTERFACES, VOL_CAP_INT_ATTRLIST},
    {"snapshots", VOL_CAPABILITIES_INTERFACES, VOL_CAP_INT_SNAPSHOT},
    {"case sensitive", VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_CASE_SENSITIVE},
    {"case preserving", VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_CASE_PRESERVING},
    {"sparse files", VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_SPARSE_FILES},
    {"zero runs", VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_ZERO_RUNS},
    {"hard links", VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_HARDLINKS},
    {"symbolic links", VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_SYMBOLICLINKS},
    {"hidden flag", VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_HIDDEN_FILES},
    {"compression", VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_DECMPFS_COMPRESSION},
    {"no immutable files", VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_NO_IMMUTABLE_FILES},
    {"no permissions", VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_NO_PERMISSIONS},
    {"persistent object ids", VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_PERSISTENTOBJECTIDS},
    {"clone mapping", VOL_CAPABILITIES_FORMAT, VOL_CAP_FMT_CLONE_MAPPING},
};

void tell_capabilities(const std::string& prefix, const char* mount_point)
{
    struct __attribute__((packed, aligned(4))) {
        std::uint32_t length;
        vol_capabilities_attr_t capabilities;
    } answer{};
    attrlist wanted{};
    wanted.bitmapcount = ATTR_BIT_MAP_COUNT;
    wanted.volattr = ATTR_VOL_INFO | ATTR_VOL_CAPABILITIES;
    const int result = ::getattrlist(mount_point, &wanted, &answer, sizeof answer, 0);
    tell_outcome(prefix + "capabilities", result);
    if (result == -1) return;
    for (const auto& one : kCapabilities) {
        const bool valid = (answer.capabilities.valid[one.group] & one.bit) != 0;
        const bool has = (answer.capabilities.capabilities[one.group] & one.bit) != 0;
        tell(prefix + one.name, !valid ? "not told" : has ? "yes" : "no");
    }
    // Does another path than the mount point do?
    tell_outcome(prefix + "capabilities asked below the mount point",
                 ::getattrlist("volume", &wanted, &answer, sizeof answer, 0));
}

void tell_limits(const std::string& prefix, const char* path)
{
    static constexpr struct {
        const char* name;
        int what;
    } kLimits[] = {
        {"name max", _PC_NAME_MAX},           {"case sensitive by pathconf", _PC_CASE_SENSITIVE},
        {"smallest hole", _PC_MIN_HOLE_SIZE}, {"xattr size bits", _PC_XATTR_SIZE_BITS},
        {"link max", _PC_LINK_MAX},           {"file size bits", _PC_FILESIZEBITS},
    };
    for (const auto& limit : kLimits) {
        errno = 0;
        const long value = ::pathconf(path, limit.what);
        if (value == -1) {
            tell(prefix + limit.name, errno == 0 ? "no limit" : outcome(-1).c_str());
        } else {
            tell(prefix + limit.name, static_cast<std::int64_t>(value));
        }
    }
}

bool same_volume(const struct statfs& a, const struct statfs& b)
{
    return a.f_fsid.val[0] == b.f_fsid.val[0] && a.f_fsid.val[1] == b.f_fsid.val[1];
}

void tell_volume(const std::string& prefix, const char* path)
{
    struct statfs facts{};
    if (::statfs(path, &facts) == -1) {
        tell(prefix + "statfs", std::string_view(outcome(-1)));
        return;
    }
    tell(prefix + "type", facts.f_fstypename);
    note(prefix + "mount point", facts.f_mntonname);
    note(prefix + "fsid", hex(static_cast<std::uint32_t>(facts.f_fsid.val[0])) + ' ' +
                              hex(static_cast<std::uint32_t>(facts.f_fsid.val[1])));
    tell(prefix + "block size", static_cast<std::int64_t>(facts.f_bsize));
    tell(prefix + "io size", static_cast<std::int64_t>(facts.f_iosize));
    tell(prefix + "local", (facts.f_flags & MNT_LOCAL) != 0);
    tell(prefix + "owners ignored", (facts.f_flags & MNT_IGNORE_OWNERSHIP) != 0);
    const auto there = look(path);
    tell(prefix + "st_dev is the first word of fsid", there.st_dev == facts.f_fsid.val[0]);
    tell(prefix + "st_blksize", static_cast<std::int64_t>(there.st_blksize));
    tell_limits(prefix, path);
    tell_capabilities(prefix, facts.f_mntonname);
}

}  // namespace

void probe_machine()
{
    utsname facts{};
    ::uname(&facts);
    note("macOS", system_word("kern.osproductversion"));
    note("build", system_word("kern.osversion"));
    note("kernel", facts.release);
    tell("system", facts.sysname);
    tell("machine", facts.machine);
    tell("super-user", ::geteuid() == 0);
}

void probe_volume()
{
    tell_volume("", ".");
    if (other_place.empty()) return;
    tell_volume("other ", other_place.c_str());
    struct statfs here{};
    struct statfs there{};
    ::statfs(".", &here);
    ::statfs(other_place.c_str(), &there);
    tell("the two are one volume", same_volume(here, there));
}

}  // namespace probe
