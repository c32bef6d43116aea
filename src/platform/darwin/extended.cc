// Extended attributes and ACLs of one file together.

#include <algorithm>

#include "platform/attributes.h"
#include "platform/darwin/acl.h"
#include "platform/darwin/open_target.h"
#include "platform/darwin/xattr_calls.h"

namespace arsync::platform {
namespace {

Status read_xattrs(int descriptor, ExtendedAttributes& into)
{
    const auto names = list_xattr_names(descriptor);
    if (!names) return std::unexpected(names.error());
    for (const auto& name : split_xattr_names(*names)) {
        auto value = get_xattr(descriptor, name);
        if (!value) return std::unexpected(value.error());
        if (*value) into.xattrs.push_back({name, std::move(**value)});  // not one removed since it was listed
    }
    std::ranges::sort(into.xattrs);
    return {};
}

}  // namespace

Result<std::optional<std::string>> read_xattr(AttributeTarget target, const std::string& name)
{
    const auto open = OpenTarget::open(target, Operation::ReadXattr);
    if (!open) return std::unexpected(open.error());
    if (!*open) return std::nullopt;
    return get_xattr((*open)->descriptor(), name);
}

Result<ExtendedAttributes> read_extended(AttributeTarget target, const ExtendedQuery& query)
{
    ExtendedAttributes result;
    const auto open = OpenTarget::open(target, query.xattrs ? Operation::ReadXattr : Operation::ReadAcl);
    if (!open) return std::unexpected(open.error());
    if (!*open) return result;
    const int descriptor = (*open)->descriptor();
    if (query.xattrs) {
        if (const auto done = read_xattrs(descriptor, result); !done) return std::unexpected(done.error());
    }
    if (query.acls) {
        auto facts = read_acl(descriptor);
        if (!facts) return std::unexpected(facts.error());
        result.access_acl = std::move(facts->acl);
        result.acl_handed_on = facts->handed_on;
    }
    return result;
}

}  // namespace arsync::platform
