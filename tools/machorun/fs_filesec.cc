// filesec(3) as far as it has no other call: taking a file's ACL away, as chmod -N does. FILESEC_ACL alone is known;
// for any other property filesec_set_property() fails with ENOTSUP.
#include <cerrno>

#include "darwin_errno.h"
#include "fs_tables.h"

namespace machorun {
namespace {

struct FileSecurity {
    void* acl = nullptr;  // an acl_t, or _FILESEC_REMOVE_ACL
    bool has_acl = false;
};

FileSecurity* darwin_filesec_init()
{
    return new FileSecurity;
}

void darwin_filesec_free(FileSecurity* security)
{
    delete security;
}

int darwin_filesec_set_property(FileSecurity* security, int property, void* const* value)
{
    constexpr int kAcl = 5;
    void* const kRemoveAcl = reinterpret_cast<void*>(1);
    if (property != kAcl) return fail(darwin::kEnotsup);
    // Every property is handed over by its address, but this wish by its value.
    security->acl = value == kRemoveAcl ? kRemoveAcl : *value;
    security->has_acl = true;
    return 0;
}

int darwin_fchmodx_np(int fd, const FileSecurity* security)
{
    if (!security->has_acl) return 0;
    constexpr int kExtendedType = 0x100;  // ACL_TYPE_EXTENDED
    using SetAcl = int (*)(int, void*, int);
    static const auto set_acl = reinterpret_cast<SetAcl>(find_ungated("acl_set_fd_np"));
    return set_acl(fd, security->acl, kExtendedType);
}

}  // namespace

std::span<const Import> filesec_imports()
{
    static const Import imports[] = {
        import("filesec_init", darwin_filesec_init),
        import("filesec_free", darwin_filesec_free),
        import("filesec_set_property", darwin_filesec_set_property),
        import("fchmodx_np", darwin_fchmodx_np),
    };
    return imports;
}

}  // namespace machorun
