#include "platform/darwin/acl.h"

#include <fcntl.h>
#include <sys/acl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <type_traits>

#include "platform/darwin/open_target.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

struct FreeAcl {
    void operator()(acl_t acl) const { ::acl_free(acl); }
};
using OwnedAcl = std::unique_ptr<std::remove_pointer_t<acl_t>, FreeAcl>;

bool is_handed_on(acl_entry_t entry)
{
    acl_flagset_t flags = nullptr;
    if (::acl_get_flagset_np(entry, &flags) != 0) return false;
    return ::acl_get_flag_np(flags, ACL_ENTRY_FILE_INHERIT) == 1 ||
           ::acl_get_flag_np(flags, ACL_ENTRY_DIRECTORY_INHERIT) == 1;
}

/// What was never set, or a file system without ACLs.
bool is_absence(int code)
{
    return code == ENOENT || code == ENOTSUP || code == EOPNOTSUPP;
}

/// Setting a list without entries would leave that; this is how chmod -N takes it away.
int take_acl_away(int descriptor)
{
    filesec_t security = ::filesec_init();
    if (security == nullptr) return -1;
    int result = ::filesec_set_property(security, FILESEC_ACL, _FILESEC_REMOVE_ACL);
    if (result == 0) result = ::fchmodx_np(descriptor, security);
    const int code = errno;
    ::filesec_free(security);
    errno = code;
    return result;
}

acl_t acl_of(int descriptor)
{
    for (;;) {
        errno = 0;
        acl_t acl = ::acl_get_fd_np(descriptor, ACL_TYPE_EXTENDED);
        if (acl != nullptr || errno != EINTR) return acl;
    }
}

}  // namespace

Result<AclFacts> read_acl(int descriptor)
{
    const OwnedAcl acl(acl_of(descriptor));
    if (!acl) {
        if (is_absence(errno)) return AclFacts{};
        return fail(Operation::ReadAcl, errno);
    }
    AclFacts facts;
    acl_entry_t entry = nullptr;
    if (::acl_get_entry(acl.get(), ACL_FIRST_ENTRY, &entry) != 0) return facts;
    do {
        facts.handed_on = facts.handed_on || is_handed_on(entry);
    } while (::acl_get_entry(acl.get(), ACL_NEXT_ENTRY, &entry) == 0);

    const auto size = ::acl_size(acl.get());
    if (size < 0) return fail(Operation::ReadAcl, errno);
    facts.acl.resize(static_cast<std::size_t>(size));
    const auto written = ::acl_copy_ext(facts.acl.data(), acl.get(), size);
    if (written < 0) return fail(Operation::ReadAcl, errno);
    facts.acl.resize(static_cast<std::size_t>(written));
    return facts;
}

Status set_acl(AttributeTarget target, AclKind kind, const Acl& acl)
{
    if (kind == AclKind::Default) return fail(Operation::WriteAcl, ENOTSUP);
    const auto open = OpenTarget::open(target, Operation::WriteAcl);
    if (!open) return std::unexpected(open.error());
    if (!*open) return fail(Operation::WriteAcl, ENOTSUP);
    const int descriptor = (*open)->descriptor();
    if (acl.empty()) {
        if (sys::call("fchmodx_np", [&] { return take_acl_away(descriptor); }) == -1)
            return fail(Operation::WriteAcl, errno);
        return {};
    }
    const OwnedAcl wanted(::acl_copy_int(acl.data()));
    if (!wanted) return fail(Operation::WriteAcl, errno);
    const int result =
        sys::call("acl_set_fd_np", [&] { return ::acl_set_fd_np(descriptor, wanted.get(), ACL_TYPE_EXTENDED); });
    if (result == -1) return fail(Operation::WriteAcl, errno);
    return {};
}

}  // namespace arsync::platform
