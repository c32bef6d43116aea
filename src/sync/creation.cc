#include "sync/creation.h"

#include "platform/attributes.h"

namespace arsync::sync {
namespace {

constexpr platform::Mode kSetGroupId = 02000;

}  // namespace

bool has_default_acl(const platform::Directory& directory)
{
    const auto acls = platform::read_extended(directory, {.acls = true});
    return acls && !acls->default_acl.empty();
}

platform::Mode plain_directory_mode(const Context& context, const platform::Directory& parent)
{
    return static_cast<platform::Mode>(has_default_acl(parent) ? 0777 : 0777 & ~context.process.umask);
}

DirectoryNode::Creation expected_creation(Context& context, DirectoryNode& node, const platform::Directory& directory)
{
    {
        const std::lock_guard lock(node.creation_mutex);
        if (node.creation) return *node.creation;
    }
    DirectoryNode::Creation creation;
    creation.user = context.process.user;
    const bool inherits_group =
        platform::attribute_support().group_of_directory || (node.destination_metadata.mode & kSetGroupId) != 0;
    creation.group = inherits_group ? node.destination_metadata.group : context.process.group;
    // A directory hands such an ACL on to those made in it, so each one answers for itself.
    if (const auto acls = platform::read_extended(directory, {.acls = true})) {
        creation.default_acl = !acls->default_acl.empty();
        creation.acl_handed_on = acls->acl_handed_on;
    }
    const std::lock_guard lock(node.creation_mutex);
    if (!node.creation) node.creation = creation;
    return *node.creation;
}

platform::Metadata created_metadata(DirectoryNode& node, const platform::File& file, platform::Mode mode)
{
    platform::Metadata metadata;
    metadata.type = platform::FileType::Regular;
    metadata.mode = mode;
    metadata.link_count = 1;
    {
        const std::lock_guard lock(node.creation_mutex);
        if (node.creation && node.creation->verified && !node.creation->default_acl) {
            metadata.user = node.creation->user;
            metadata.group = node.creation->group;
            return metadata;
        }
    }
    if (const auto facts = file.stat()) metadata = *facts;
    const std::lock_guard lock(node.creation_mutex);
    if (node.creation) {
        node.creation->user = metadata.user;
        node.creation->group = metadata.group;
        node.creation->verified = true;
    }
    return metadata;
}

}  // namespace arsync::sync
