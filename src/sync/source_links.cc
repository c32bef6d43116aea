#include "sync/source_links.h"

#include <utility>

#include "sync/fake_super.h"
#include "sync/link_safety.h"

namespace arsync::sync {

using platform::FileType;
using platform::Metadata;

namespace {

/// ELOOP: a link, where a file was to be opened; ENOTDIR: where a directory was.
bool may_be_link(const Error& error)
{
    return error.is(std::errc::too_many_symbolic_link_levels) || error.is(std::errc::not_a_directory);
}

bool is_followed(const Context& context, const DirectoryNode& node, const SourceDirectory& directory, NameView name)
{
    const auto link = directory.stat(name);
    return link && link->type == FileType::Symlink && list_link(context, node, directory, name).followed;
}

}  // namespace

std::size_t depth_below_root(const DirectoryNode& node)
{
    std::size_t depth = 0;
    for (const auto* at = node.parent().get(); at != nullptr; at = at->parent().get()) ++depth;
    return depth;
}

ListedLink list_link(const Context& context, const DirectoryNode& node, const SourceDirectory& directory, NameView name)
{
    return list_link(context, depth_below_root(node), directory, name);
}

ListedLink list_link(const Context& context, std::size_t depth, const SourceDirectory& directory, NameView name)
{
    const auto& links = context.job.links;
    if (links.follow_all) return {directory.stat_followed(name), true, std::nullopt};
    if (links.follow_to_directories) {
        auto facts = directory.stat_followed(name);
        if (facts && facts->type == FileType::Directory) return {std::move(facts), true, std::nullopt};
    }
    if (links.follow_unsafe) {
        auto target = directory.read_link(name);
        if (!target && context.job.rights.fake_source) target = read_fake_link(*directory.on_disk(), name);
        if (!target) return {std::unexpected(target.error()), false, std::nullopt};
        if (is_unsafe_link(*target, depth)) return {directory.stat_followed(name), true, std::move(*target)};
    }
    return {directory.stat(name), false, std::nullopt};
}

Result<Metadata> followed_facts(const Context& context, const DirectoryNode& node, const SourceDirectory& directory,
                                NameView name)
{
    if (context.job.links.follow_all) return directory.stat_followed(name);
    auto facts = directory.stat(name);
    if (!facts || facts->type != FileType::Symlink) return facts;
    return list_link(context, node, directory, name).facts;
}

std::string no_referent(const std::string& path)
{
    return "symlink has no referent: \"" + path + "\"";
}

void tell_unsafe(Context& context, Segment* segment, NoticeKind kind, std::string path, std::string target)
{
    context.sequencer.add(
        segment,
        NoticeEvent{
            .kind = kind, .path = std::move(path), .type = FileType::Symlink, .count = 0, .text = std::move(target)});
}

bool leads_back(const Context& context, DirectoryNode& node, std::size_t index, platform::FileIdentity identity)
{
    if (!context.job.links.follow()) return false;
    for (auto* at = &node; at != nullptr; at = at->parent().get()) {
        auto& source = at->source_at(index);
        // What merely holds an operand is not entered itself.
        const bool entered = at->parent() != nullptr || source.device != 0;
        if (entered && source.handle.known() && source.handle.identity() == identity) return true;
        index = source.parent_index;
    }
    return false;
}

Result<OpenedDirectory> open_shown_directory(const Context& context, const DirectoryNode& node,
                                             const SourceDirectory& directory, NameView name)
{
    auto opened = directory.open_directory(name);
    if (opened) return OpenedDirectory{std::move(*opened), false};
    const bool follow =
        context.job.links.follow() && may_be_link(opened.error()) && is_followed(context, node, directory, name);
    if (!follow) return std::unexpected(opened.error());
    opened = directory.open_followed_directory(name);
    if (!opened) return std::unexpected(opened.error());
    return OpenedDirectory{std::move(*opened), true};
}

Result<OpenedFile> open_shown_file(const Context& context, const DirectoryNode& node, const SourceDirectory& directory,
                                   NameView name)
{
    auto opened = directory.open_file(name);
    if (opened) return OpenedFile{std::move(*opened), false};
    const bool follow =
        context.job.links.follow() && may_be_link(opened.error()) && is_followed(context, node, directory, name);
    if (!follow) return std::unexpected(opened.error());
    opened = directory.open_followed_file(name);
    if (!opened) return std::unexpected(opened.error());
    return OpenedFile{std::move(*opened), true};
}

SourceTarget source_attributes(const Context& context, const SourceDirectory& directory, NameView name, FileType type)
{
    if (context.job.links.follow() && type != FileType::Symlink) return SourceTarget::followed(directory, name);
    return {directory, name};
}

Result<std::string> source_link_target(const Context& context, const SourceDirectory& directory, NameView name)
{
    auto target = directory.read_link(name);
    if (!target && context.job.rights.fake_source) target = read_fake_link(*directory.on_disk(), name);
    if (target && context.job.links.unmunge) *target = unmunged(std::move(*target));
    return target;
}

}  // namespace arsync::sync
