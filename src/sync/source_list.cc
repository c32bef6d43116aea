#include "sync/source_list.h"

#include <algorithm>
#include <utility>

#include "sync/device_content.h"
#include "sync/selection.h"
#include "sync/source_facts.h"
#include "sync/source_links.h"

namespace arsync::sync {

using platform::FileType;

bool SourceList::wants(NameView name) const
{
    return (wanted_ == nullptr || std::ranges::binary_search(*wanted_, name)) &&
           (names_.takes(name, false) || names_.takes(name, true));
}

bool SourceList::takes(NameView name, FileType type) const
{
    return names_.takes(name, type == FileType::Directory);
}

void SourceList::add(std::span<const platform::ListedName> names, std::uint32_t source, const std::vector<bool>& keep)
{
    may_repeat_ = may_repeat_ || (!entries().empty() && entries().front().source != source);
    names_.add(names, source, keep);
}

void SourceList::add_operand(const Name& name, FileType type, std::uint32_t source)
{
    const auto& kept = *operands_.emplace_back(std::make_unique<Name>(name));
    add_named(kept, type, source);
}

void SourceList::add_named(NameView name, FileType type, std::uint32_t source)
{
    may_repeat_ = true;
    names_.add_lasting(name, type, source);
}

void SourceList::rename_only_entry(const Name& destination_name)
{
    names_.entries().front().make_special().destination_name = destination_name;
}

void SourceList::finish()
{
    names_.sort();
    if (!may_repeat_) return;  // one directory has no name twice

    auto& all = names_.entries();
    std::vector<Entry> merged;
    merged.reserve(all.size());
    for (auto& entry : all) {
        const bool again = !merged.empty() && merged.back().name == entry.name &&
                           merged.back().type != FileType::Unknown &&
                           merged.back().is_directory() == entry.is_directory();
        if (!again) {
            merged.push_back(std::move(entry));
        } else if (entry.is_directory() && merged.back().source != entry.source) {
            auto& more = merged.back().make_special().more;
            if (std::ranges::find(more, entry.source) == more.end()) more.push_back(entry.source);
        }
    }
    all = std::move(merged);

    // A name that is a directory in one source and something else in another: the directory has contents to keep.
    std::vector<NameView> directories;
    for (auto at = std::ranges::find_if(all, &Entry::is_directory); at != all.end(); ++at)
        directories.push_back(at->name);
    std::ranges::sort(directories);
    std::erase_if(all, [&](const Entry& entry) {
        return !entry.is_directory() && std::ranges::binary_search(directories, entry.name);
    });
}

bool SourceList::contains(NameView name) const
{
    const auto& all = entries();
    for (const bool directory : {false, true}) {
        const auto position =
            std::lower_bound(all.begin(), all.end(), name, [directory](const Entry& entry, NameView wanted) {
                return comes_before(entry.name, entry.is_directory(), wanted, directory);
            });
        if (position != all.end() && position->name == name) return true;
    }
    return false;
}

std::string joined_path(const std::string& directory, NameView name)
{
    std::string path;
    path.reserve(directory.size() + name.size() + 1);
    path = directory;
    if (!path.empty() && !path.ends_with('/')) path += '/';
    path += name.view();
    return path;
}

namespace {

/// Whether a name may be something else to the transfer than the listing says.
bool may_be_other(const Context& context, FileType type)
{
    if (type == FileType::Unknown) return true;
    if (is_device(type)) return context.job.reading.device_contents;
    return type == FileType::Regular && context.job.rights.fake_source;
}

/// Asks for types that the file system did not tell. A name that has gone meanwhile stays Unknown.
void learn_types(const Context& context, const DirectoryNode& node, const SourceDirectory& directory,
                 std::vector<platform::ListedName>& names)
{
    for (auto& entry : names) {
        if (!may_be_other(context, entry.type)) continue;
        if (const auto facts = source_facts(context, node, directory, entry.name)) entry.type = facts->type;
    }
}

/// A link that should be followed and cannot be.
struct LostLink {
    std::size_t index;  // in the listing
    Error error;
};

/// Gives links that are followed the type of what they lead to.
std::vector<LostLink> follow_links(Context& context, const DirectoryNode& node, const SourceDirectory& directory,
                                   const std::string& path, Segment* segment, std::vector<platform::ListedName>& names)
{
    std::vector<LostLink> lost;
    if (!context.job.links.follow()) return lost;
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto& entry = names[i];
        if (entry.type != FileType::Symlink) continue;
        auto link = list_link(context, node, directory, entry.name);
        if (link.unsafe_target && !context.surveying)
            tell_unsafe(context, segment, NoticeKind::UnsafeCopied, joined_path(path, entry.name),
                        std::move(*link.unsafe_target));
        if (link.facts) {
            entry.type = link.facts->type;
        } else {
            lost.push_back({i, link.facts.error()});
        }
    }
    return lost;
}

/// Tells of such links and leaves them out. Deletion stops: what they stand for is not known. `excluded_directory` says
/// whether a directory of that name would be left out: then they are as well.
template <class ExcludedDirectory>
void drop_lost_links(Context& context, const DirectoryNode& node, std::size_t index, const std::vector<LostLink>& lost,
                     const std::vector<platform::ListedName>& names, Segment* segment,
                     ExcludedDirectory excluded_directory, std::vector<bool>& keep)
{
    if (lost.empty()) return;
    if (keep.empty()) keep.assign(names.size(), true);
    for (const auto& link : lost) {
        if (!keep[link.index]) continue;
        keep[link.index] = false;
        if (excluded_directory(names[link.index].name)) continue;
        context.doubt();
        if (context.surveying) continue;
        const auto path = joined_path(node.source_path(index), names[link.index].name);
        if (link.error.is(std::errc::no_such_file_or_directory)) {
            context.fail_message(segment, no_referent(path));
        } else {
            context.fail(segment, link.error, path);
        }
    }
}

std::vector<bool> filtered(Context& context, Segment* segment, const std::vector<platform::ListedName>& names,
                           const std::string& path, const rules::FilterContext& filters)
{
    std::vector<bool> keep;
    if (filters.empty()) return keep;
    keep.reserve(names.size());
    std::string name_path = path.empty() ? "" : path + "/";
    const std::size_t prefix = name_path.size();
    for (const auto& entry : names) {
        name_path.resize(prefix);
        name_path += entry.name.view();
        const auto verdict = filters.check(name_path, entry.type == FileType::Directory, rules::Side::Sender);
        if (context.wants_rules)
            context.tell_rule(segment, filters, name_path, entry.type, rules::Side::Sender, verdict);
        keep.push_back(verdict != rules::Verdict::Exclude);
    }
    return keep;
}

/// Adds the names that the user gave for this directory, unless its merge files leave them out: what lies on the way to
/// a name is not asked.
void add_selected(const SelectedDirectory& selected, const std::string& path, const rules::FilterContext& filters,
                  std::uint32_t source, SourceList& list)
{
    const auto kept = [&](NameView name, bool is_directory) {
        return filters.empty() ||
               filters.check(joined_path(path, name), is_directory, rules::Side::Sender) != rules::Verdict::Exclude;
    };
    const auto view = [](const std::string& name) { return NameView::adopt(name.c_str(), name.size()); };
    for (const auto& [name, type] : selected.others) {
        if (kept(view(name), false)) list.add_named(view(name), type, source);
    }
    for (const auto& [name, directory] : selected.directories) {
        if (directory->implied || kept(view(name), true)) list.add_named(view(name), FileType::Directory, source);
    }
}

/// Adds the names of a batch; they were chosen when it was written.
void add_recorded(const batch::Node& directory, std::uint32_t source, SourceList& list)
{
    for (const auto& [name, node] : directory.children) {
        if (node->entry && node->entry->part == batch::Part::Missing) continue;
        const auto type = node->entry ? node->entry->metadata.type : FileType::Directory;
        list.add_named(NameView::adopt(name.c_str(), name.size()), type, source);
    }
}

/// Lists one source, block by block.
class SourceLister {
public:
    SourceLister(Context& context, DirectoryNode& node, std::size_t index, const std::string& path,
                 const rules::FilterContext& filters, Segment* segment, SourceList& list)
        : context_(context), node_(node), index_(index), path_(path), filters_(filters), segment_(segment), list_(list)
    {
    }

    /// False, and told, if it could not be listed completely.
    bool list(const SourceDirectory& directory)
    {
        const auto listed = platform::list_names(*directory.on_disk(), [&](auto& names) {
            take(directory, names);
            return true;
        });
        std::ranges::sort(node_.source_at(index_).listed);
        if (listed) return true;
        context_.doubt();
        // Once, even if it is listed again for further names.
        if (!context_.surveying && !std::exchange(node_.source_at(index_).unlistable, true))
            context_.fail(segment_, listed.error(), node_.source_path(index_));
        return false;
    }

private:
    void take(const SourceDirectory& directory, std::vector<platform::ListedName>& names)
    {
        std::erase_if(names, [&](const auto& entry) { return !list_.wants(entry.name); });
        learn_types(context_, node_, directory, names);
        std::erase_if(names, [&](const auto& entry) { return !list_.takes(entry.name, entry.type); });
        const auto lost = follow_links(context_, node_, directory, path_, segment_, names);
        auto keep = filtered(context_, segment_, names, path_, filters_);
        const auto excluded_directory = [&](NameView name) {
            return filters_.check(joined_path(path_, name), true, rules::Side::Sender) == rules::Verdict::Exclude;
        };
        drop_lost_links(context_, node_, index_, lost, names, segment_, excluded_directory, keep);
        note_listed_directories(names, keep);
        list_.add(names, static_cast<std::uint32_t>(index_), keep);
    }

    /// Which of the named directories are listed anyway.
    void note_listed_directories(const std::vector<platform::ListedName>& names, const std::vector<bool>& keep)
    {
        auto& source = node_.source_at(index_);
        if (source.selected == nullptr || source.selected->directories.empty()) return;
        for (std::size_t i = 0; i < names.size(); ++i) {
            const bool directory = names[i].type == FileType::Directory && (keep.empty() || keep[i]);
            if (directory && source.selected->directory(names[i].name.view()) != nullptr)
                source.listed.emplace_back(names[i].name.view());
        }
    }

    Context& context_;
    DirectoryNode& node_;
    std::size_t index_;
    const std::string& path_;
    const rules::FilterContext& filters_;
    Segment* segment_;
    SourceList& list_;
};

}  // namespace

bool list_source(Context& context, DirectoryNode& node, std::size_t index, const std::string& path,
                 const rules::FilterContext& filters, Segment* segment, SourceList& list)
{
    auto& source = node.source_at(index);
    if (source.recorded != nullptr) {
        add_recorded(*source.recorded, static_cast<std::uint32_t>(index), list);
        return true;
    }
    if (source.selected != nullptr)
        add_selected(*source.selected, path, filters, static_cast<std::uint32_t>(index), list);
    if (!source.contents) return true;
    const auto directory = context.handles.with_room([&] { return node.source(index); });
    if (!directory) {
        if (!context.surveying) context.fail_source(segment, directory.error(), node.source_path(index));
        if (!directory.error().is(std::errc::no_such_file_or_directory)) context.doubt();
        return false;
    }
    source.listed.clear();
    return SourceLister(context, node, index, path, filters, segment, list).list(**directory);
}

}  // namespace arsync::sync
