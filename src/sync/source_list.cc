#include "sync/source_list.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace arsync::sync {

using platform::FileType;

std::vector<std::size_t> Entry::sources() const
{
    std::vector<std::size_t> all{source};
    if (more) all.insert(all.end(), more->begin(), more->end());
    return all;
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
        if (keep.empty() || keep[i]) entries_.push_back({names[i].name, names[i].type, source, nullptr, nullptr});
    }
    listings_.push_back(std::move(listing));
}

void SourceList::add_operand(const Name& name, FileType type, std::uint32_t source)
{
    const auto& kept = *names_.emplace_back(std::make_unique<Name>(name));
    entries_.push_back({kept, type, source, nullptr, nullptr});
}

void SourceList::rename_only_entry(const Name& destination_name)
{
    entries_.front().destination_name = names_.emplace_back(std::make_unique<Name>(destination_name)).get();
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
    if (listings_.size() + names_.size() < 2) return;  // one directory has no name twice

    std::vector<Entry> merged;
    merged.reserve(entries_.size());
    for (auto& entry : entries_) {
        const bool again = !merged.empty() && merged.back().name == entry.name &&
                           merged.back().type != FileType::Unknown &&
                           (merged.back().type == FileType::Directory) == (entry.type == FileType::Directory);
        if (!again) {
            merged.push_back(std::move(entry));
        } else if (entry.type == FileType::Directory && merged.back().source != entry.source) {
            auto& more = merged.back().more;
            if (!more) more = std::make_unique<std::vector<std::size_t>>();
            if (std::ranges::find(*more, entry.source) == more->end()) more->push_back(entry.source);
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

/// Asks for types that the file system did not tell. A name that has gone meanwhile stays Unknown.
void learn_types(const platform::Directory& directory, std::vector<platform::ListedName>& names)
{
    for (auto& entry : names) {
        if (entry.type != FileType::Unknown) continue;
        if (const auto facts = directory.stat(entry.name)) entry.type = facts->type;
    }
}

std::vector<bool> filtered(const std::vector<platform::ListedName>& names, const std::string& path,
                           const rules::FilterContext& filters)
{
    std::vector<bool> keep;
    if (filters.empty()) return keep;
    keep.reserve(names.size());
    std::string name_path = path.empty() ? "" : path + "/";
    const std::size_t prefix = name_path.size();
    for (const auto& entry : names) {
        name_path.resize(prefix);
        name_path += entry.name.view();
        keep.push_back(filters.check(name_path, entry.type == FileType::Directory, rules::Side::Sender) !=
                       rules::Verdict::Exclude);
    }
    return keep;
}

}  // namespace

bool list_source(Context& context, DirectoryNode& node, std::size_t index, const std::string& path,
                 const rules::FilterContext& filters, Segment* segment, SourceList& list)
{
    const auto directory = context.handles.with_room([&] { return node.source(index); });
    if (!directory) {
        if (!context.surveying) context.fail_source(segment, directory.error(), node.source_path(index));
        if (!directory.error().is(std::errc::no_such_file_or_directory)) context.doubt();
        return false;
    }
    auto listing = platform::Listing::read(**directory);
    learn_types(**directory, listing.names());
    const auto failure = listing.failure();
    if (failure) context.doubt();
    if (failure && !context.surveying) context.fail(segment, *failure, node.source_path(index));
    const auto keep = filtered(listing.names(), path, filters);
    list.add(std::move(listing), static_cast<std::uint32_t>(index), keep);
    return !failure;
}

}  // namespace arsync::sync
