// Extended attributes and POSIX ACLs. ACLs are xattrs on Linux, and listed as such, so that one call tells of a file
// that it has neither. The value of an ACL is a version followed by sorted entries: equal bytes mean equal ACLs.

#include <algorithm>
#include <string_view>

#include "platform/attributes.h"
#include "platform/linux/xattr_calls.h"

namespace arsync::platform {
namespace {

constexpr const char* kAccessAcl = "system.posix_acl_access";
constexpr const char* kDefaultAcl = "system.posix_acl_default";

/// XFS shows root every ACL a second time, as an attribute of its own; copied as such it would undo or fake ACLs.
bool is_xfs_acl(std::string_view name)
{
    return name == "trusted.SGI_ACL_FILE" || name == "trusted.SGI_ACL_DEFAULT";
}

bool in_scope(std::string_view name, XattrScope scope)
{
    if (scope == XattrScope::User) return name.starts_with("user.");
    return (scope == XattrScope::All || !name.starts_with("system.")) && !is_xfs_acl(name);
}

/// Reads what the query wants of the attribute `name`.
Status read_one(AttributeTarget target, const std::string& name, const ExtendedQuery& query, ExtendedAttributes& into)
{
    const bool access = name == kAccessAcl;
    const bool acl = access || name == kDefaultAcl;
    const bool as_acl = acl && query.acls;
    const bool as_xattr = query.xattrs && in_scope(name, query.scope);
    if (!as_acl && !as_xattr) return {};
    auto value = get_xattr(target, name.c_str());
    if (!value) return fail(acl ? Operation::ReadAcl : Operation::ReadXattr, value.error().code);
    if (!*value) return {};  // removed since it was listed
    if (as_acl) (access ? into.access_acl : into.default_acl) = **value;
    if (as_xattr) into.xattrs.push_back({name, std::move(**value)});
    return {};
}

}  // namespace

Result<ExtendedAttributes> read_extended(AttributeTarget target, const ExtendedQuery& query)
{
    ExtendedAttributes result;
    const auto names = list_xattr_names(target);
    if (!names) return std::unexpected(names.error());
    for (std::string_view rest = *names; !rest.empty();) {
        const std::string name(rest.substr(0, rest.find('\0')));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        if (const auto done = read_one(target, name, query, result); !done) return std::unexpected(done.error());
    }
    result.acl_handed_on = !result.default_acl.empty();
    std::ranges::sort(result.xattrs);
    return result;
}

Result<std::optional<std::string>> read_xattr(AttributeTarget target, const std::string& name)
{
    return get_xattr(target, name.c_str());
}

Status set_xattr(AttributeTarget target, const Xattr& xattr)
{
    return write_xattr(target, xattr.name.c_str(), xattr.value);
}

Status remove_xattr(AttributeTarget target, const std::string& name)
{
    return erase_xattr(target, name.c_str());
}

Status set_acl(AttributeTarget target, AclKind kind, const Acl& acl)
{
    const char* name = kind == AclKind::Access ? kAccessAcl : kDefaultAcl;
    const auto done = acl.empty() ? erase_xattr(target, name) : write_xattr(target, name, acl);
    if (!done) return fail(Operation::WriteAcl, done.error().code);
    return {};
}

}  // namespace arsync::platform
