#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "platform/attributes.h"
#include "platform/linux/xattr_calls.h"

namespace arsync::platform {
namespace {

/// XFS shows root every ACL a second time, as an attribute of its own; copied as such it would undo or fake ACLs.
bool is_xfs_acl(std::string_view name)
{
    return name == "trusted.SGI_ACL_FILE" || name == "trusted.SGI_ACL_DEFAULT";
}

bool in_scope(std::string_view name, XattrScope scope)
{
    if (scope == XattrScope::User) return name.starts_with("user.");
    return !name.starts_with("system.") && !is_xfs_acl(name);
}

}  // namespace

Result<std::vector<Xattr>> read_xattrs(AttributeTarget target, XattrScope scope)
{
    const auto names = list_xattr_names(target);
    if (!names) return std::unexpected(names.error());

    std::vector<Xattr> result;
    for (std::string_view rest = *names; !rest.empty();) {
        const auto name = rest.substr(0, rest.find('\0'));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        if (!in_scope(name, scope)) continue;
        std::string owned(name);
        auto value = get_xattr(target, owned.c_str());
        if (!value) return std::unexpected(value.error());
        if (*value) result.push_back({std::move(owned), std::move(**value)});
    }
    std::ranges::sort(result);
    return result;
}

Status set_xattr(AttributeTarget target, const Xattr& xattr)
{
    return write_xattr(target, xattr.name.c_str(), xattr.value);
}

Status remove_xattr(AttributeTarget target, const std::string& name)
{
    return erase_xattr(target, name.c_str());
}

}  // namespace arsync::platform
