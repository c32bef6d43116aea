#include "sync/selection.h"

#include <algorithm>

#include "base/path.h"
#include "sync/source_list.h"

namespace arsync::sync {
namespace {

bool means_contents(std::string_view path)
{
    return path.empty() || path.ends_with('/') || path == "." || path.ends_with("/.");
}

}  // namespace

RelativePath split_relative(std::string_view typed)
{
    RelativePath path;
    std::string_view kept = typed;
    if (const auto cut = typed.find("/./"); cut != std::string_view::npos) {
        path.base = cut == 0 ? "/" : std::string(typed.substr(0, cut));
        kept = typed.substr(cut + 3);
    } else if (typed.starts_with('/')) {
        path.base = "/";
        path.absolute = true;
    } else {
        path.base = ".";
    }
    path.dotted = kept.starts_with("./");
    path.contents = means_contents(kept);
    for (const auto part : components(kept)) {
        if (part == "..") path.climbs = true;
        if (part != ".") path.parts.emplace_back(part);
    }
    return path;
}

std::string contained_name(std::string_view listed)
{
    std::vector<std::string_view> kept;
    bool ends_above = false;  // in "..": a directory's contents
    for (const auto part : components(listed)) {
        ends_above = part == "..";
        if (part == "..") {
            while (!kept.empty() && kept.back() == ".") kept.pop_back();
            if (!kept.empty()) kept.pop_back();
        } else {
            kept.push_back(part);
        }
    }
    std::string name;
    for (const auto part : kept) name.append(name.empty() ? "" : "/").append(part);
    if (name.empty()) return ".";
    if (ends_above || listed.ends_with('/')) name += '/';
    return name;
}

const SelectedDirectory* SelectedDirectory::directory(std::string_view name) const
{
    const auto found = directories.find(name);
    return found == directories.end() ? nullptr : found->second.get();
}

SelectedDirectory& SelectedDirectory::enter(const std::string& name)
{
    auto& directory = directories[name];
    if (!directory) directory = std::make_unique<SelectedDirectory>();
    return *directory;
}

const SelectedDirectory* selected_directory(DirectoryNode& parent, const Entry& entry)
{
    for (const auto index : entry.sources()) {
        const auto* above = parent.source_at(index).selected;
        const auto* found = above != nullptr ? above->directory(entry.name.view()) : nullptr;
        if (found != nullptr) return found;
    }
    return nullptr;
}

bool is_implied(DirectoryNode& parent, const Entry& entry)
{
    return std::ranges::all_of(entry.sources(), [&](std::size_t index) {
        const auto& source = parent.source_at(index);
        if (source.recorded != nullptr) return !source.recorded->children.find(entry.name.view())->second->entry;
        if (source.selected == nullptr || std::ranges::binary_search(source.listed, entry.name.view())) return false;
        const auto* found = source.selected->directory(entry.name.view());
        return found != nullptr && found->implied;
    });
}

platform::PathPolicy listed_name_policy(const Job& job)
{
    auto policy = job.paths;
    if (job.links.follow() || !job.selection.relative) policy.any_links = true;
    return policy;
}

Result<platform::Directory> open_passed_link(const Job& job, const platform::Directory& directory, const Name& name)
{
    if (!job.selection.names) return directory.open_followed_directory(name);
    return directory.open_by_path(name.str(), listed_name_policy(job));
}

std::shared_ptr<DirectoryNode> make_child_node(const Context& context, const std::shared_ptr<DirectoryNode>& parent,
                                               const Entry& entry)
{
    auto child = DirectoryNode::make_child(parent, entry.name, entry.target(), entry.sources());
    const bool recurse = context.job.selection.recurse;
    for (std::size_t i = 0; i < child->source_count(); ++i) {
        auto& source = child->source_at(i);
        const auto& above = parent->source_at(source.parent_index);
        source.contents = recurse;
        if (above.recorded != nullptr) {
            source.recorded = above.recorded->children.at(std::string(entry.name.view())).get();
            source.contents = source.recorded->entry && source.recorded->entry->has_contents;
            continue;
        }
        if (above.selected == nullptr) continue;
        source.selected = above.selected->directory(entry.name.view());
        if (source.selected == nullptr) continue;
        const bool listed = std::ranges::binary_search(above.listed, entry.name.view());
        source.contents = source.selected->contents || (recurse && listed);
    }
    child->absolute = parent->parent() ? parent->absolute : parent->source_at(entry.source).absolute;
    return child;
}

}  // namespace arsync::sync
