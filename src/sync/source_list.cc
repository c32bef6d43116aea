#include "sync/source_list.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "sync/device_content.h"
#include "sync/selection.h"
#include "sync/source_facts.h"
#include "sync/source_links.h"

namespace arsync::sync {

using platform::FileType;

std::vector<std::size_t> Entry::sources() const
{
    std::vector<std::size_t> all{source};
    if (special) all.insert(all.end(), special->more.begin(), special->more.end());
    return all;
}

Entry::Special& Entry::make_special()
{
    if (!special) special = std::make_unique<Special>();
    return *special;
}

bool comes_before(NameView a, bool a_is_directory, NameView b, bool b_is_directory)
{
    if (a_is_directory != b_is_directory) return b_is_directory;
    const std::size_t common = std::min(a.size(), b.size());
    if (const int order = std::memcmp(a.c_str(), b.c_str(), common); order != 0) return order < 0;
    if (!a_is_directory || a.size() == b.size()) return a.size() < b.size();
    // One name begins with the other: the shorter one goes on with '/'.
    return a.size() < b.size() ? '/' < static_cast<unsigned char>(b.c_str()[common])
                               : static_cast<unsigned char>(a.c_str()[common]) < '/';
}

void SourceList::add(platform::Listing listing, std::uint32_t source, const std::vector<bool>& keep)
{
    const auto& names = listing.names();
    entries_.reserve(entries_.size() + names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (keep.empty() || keep[i]) entries_.push_back({names[i].name, names[i].type, source, nullptr});
    }
    listing.forget_list();
    listings_.push_back(std::move(listing));
}

void SourceList::add_operand(const Name& name, FileType type, std::uint32_t source)
{
    const auto& kept = *names_.emplace_back(std::make_unique<Name>(name));
    entries_.push_back({kept, type, source, nullptr});
}

void SourceList::add_named(NameView name, FileType type, std::uint32_t source)
{
    named_ = true;
    entries_.push_back({name, type, source, nullptr});
}

void SourceList::rename_only_entry(const Name& destination_name)
{
    entries_.front().make_special().destination_name = destination_name;
}

void SourceList::finish()
{
    // By source where names are equal, so that the first one comes first.
    std::ranges::sort(entries_, [](const Entry& a, const Entry& b) {
        const bool a_is_directory = a.type == FileType::Directory;
        const bool b_is_directory = b.type == FileType::Directory;
        if (a_is_directory == b_is_directory && a.name == b.name) return a.source < b.source;
        return comes_before(a.name, a_is_directory, b.name, b_is_directory);
    });
    if (!named_ && listings_.size() + names_.size() < 2) return;  // one directory has no name twice

    std::vector<Entry> merged;
    merged.reserve(entries_.size());
    for (auto& entry : entries_) {
        const bool again = !merged.empty() && merged.back().name == entry.name &&
                           merged.back().type != FileType::Unknown &&
                           (merged.back().type == FileType::Directory) == (entry.type == FileType::Directory);
        if (!again) {
            merged.push_back(std::move(entry));
        } else if (entry.type == FileType::Directory && merged.back().source != entry.source) {
            auto& more = merged.back().make_special().more;
            if (std::ranges::find(more, entry.source) == more.end()) more.push_back(entry.source);
        }
    }
    entries_ = std::move(merged);

    // A name that is a directory in one source and something else in another: the directory has contents to keep.
    const auto first_directory =
        std::ranges::find_if(entries_, [](const Entry& entry) { return entry.type == FileType::Directory; });
    std::vector<NameView> directories;
    for (auto at = first_directory; at != entries_.end(); ++at) directories.push_back(at->name);
    std::ranges::sort(directories);
    const auto hidden = [&](const Entry& entry) {
        return entry.type != FileType::Directory && std::ranges::binary_search(directories, entry.name);
    };
    std::erase_if(entries_, hidden);
}

bool SourceList::contains(NameView name) const
{
    for (const bool directory : {false, true}) {
        const auto position =
            std::lower_bound(entries_.begin(), entries_.end(), name, [directory](const Entry& entry, NameView wanted) {
                return comes_before(entry.name, entry.type == FileType::Directory, wanted, directory);
            });
        if (position != entries_.end() && position->name == name) return true;
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

/// Which of the named directories are listed anyway, in order.
std::vector<std::string> listed_directories(const SelectedDirectory& selected,
                                            const std::vector<platform::ListedName>& names,
                                            const std::vector<bool>& keep)
{
    std::vector<std::string> listed;
    if (selected.directories.empty()) return listed;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool directory = names[i].type == FileType::Directory && (keep.empty() || keep[i]);
        if (directory && selected.directory(names[i].name.view()) != nullptr) listed.emplace_back(names[i].name.view());
    }
    std::ranges::sort(listed);
    return listed;
}

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
    auto listing = platform::Listing::read(*(*directory)->on_disk());
    learn_types(context, node, **directory, listing.names());
    const auto lost = follow_links(context, node, **directory, path, segment, listing.names());
    const auto failure = listing.failure();
    if (failure) context.doubt();
    if (failure && !context.surveying) context.fail(segment, *failure, node.source_path(index));
    auto keep = filtered(context, segment, listing.names(), path, filters);
    const auto excluded_directory = [&](NameView name) {
        return filters.check(joined_path(path, name), true, rules::Side::Sender) == rules::Verdict::Exclude;
    };
    drop_lost_links(context, node, index, lost, listing.names(), segment, excluded_directory, keep);
    if (source.selected != nullptr) source.listed = listed_directories(*source.selected, listing.names(), keep);
    list.add(std::move(listing), static_cast<std::uint32_t>(index), keep);
    return !failure;
}

}  // namespace arsync::sync
