#include "sync/backup_model.h"

#include <utility>

#include "sync/compare.h"
#include "sync/xattr_rules.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using platform::Metadata;

/// --delete-before finds a directory as it was, all others as it is to be.
bool goes_by_source(const Context& context, const DirectoryNode* node)
{
    const bool before = context.surveying && context.job.deletion.moment == DeleteMoment::Before;
    return node != nullptr && node->keeps_attributes && !before;
}

std::optional<Metadata> metadata_of(const Context& context, const DirectoryNode* node, const platform::Directory* above,
                                    NameView name)
{
    if (node == nullptr) {
        if (above == nullptr) return std::nullopt;
        const auto facts = above->stat(name);
        return facts ? std::optional(*facts) : std::nullopt;
    }
    auto metadata = node->found;
    if (!goes_by_source(context, node)) return metadata;
    const auto& wanted = context.job.preservation;
    metadata.mode = wanted_mode(node->source_metadata, &node->found, context.compare_policy.attributes, false);
    if (wanted.user) metadata.user = node->source_metadata.user;
    if (wanted.group) metadata.group = node->source_metadata.group;
    return metadata;
}

std::optional<ExtendedAttributes> source_extended(Context& context, DirectoryNode& node)
{
    if (!node.source_at(node.attribute_source).handle.known()) return std::nullopt;
    const auto directory = context.handles.with_room([&] { return node.source(node.attribute_source); });
    if (!directory) return std::nullopt;
    auto read = read_source_extended(context, node.parent().get(), **directory, node.source_metadata);
    return read ? std::optional(std::move(*read)) : std::nullopt;
}

std::optional<ExtendedAttributes> extended_of(Context& context, DirectoryNode* node, const platform::Directory* above,
                                              NameView name)
{
    if (above == nullptr || !wants_extended(context.job.preservation, FileType::Directory)) return std::nullopt;
    if (goes_by_source(context, node)) {
        if (auto read = source_extended(context, *node)) return read;
    }
    auto read = read_destination_extended(context, {*above, name});
    return read ? std::move(*read) : ExtendedAttributes{};
}

}  // namespace

std::optional<BackupModel> model_of(Context& context, DirectoryNode* node, const platform::Directory* above,
                                    NameView name)
{
    const auto metadata = metadata_of(context, node, above, name);
    if (!metadata) return std::nullopt;
    return BackupModel{*metadata, extended_of(context, node, above, name)};
}

}  // namespace arsync::sync
