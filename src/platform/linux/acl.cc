// POSIX ACLs are xattrs on Linux; the value is a version followed by sorted entries, equal bytes mean equal ACLs.

#include "platform/attributes.h"
#include "platform/linux/xattr_calls.h"

namespace arsync::platform {
namespace {

const char* attribute_of(AclKind kind)
{
    return kind == AclKind::Access ? "system.posix_acl_access" : "system.posix_acl_default";
}

}  // namespace

Result<Acl> read_acl(AttributeTarget target, AclKind kind)
{
    auto value = get_xattr(target, attribute_of(kind));
    if (!value) return fail(Operation::ReadAcl, value.error().code);
    return std::move(*value).value_or(Acl());
}

Status set_acl(AttributeTarget target, AclKind kind, const Acl& acl)
{
    const auto done =
        acl.empty() ? erase_xattr(target, attribute_of(kind)) : write_xattr(target, attribute_of(kind), acl);
    if (!done) return fail(Operation::WriteAcl, done.error().code);
    return {};
}

}  // namespace arsync::platform
