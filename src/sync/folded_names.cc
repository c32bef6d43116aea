#include "sync/folded_names.h"

#include <algorithm>
#include <set>

#include "platform/listing.h"
#include "platform/volume.h"

namespace arsync::sync {
namespace {

/// All names of a directory; nullopt if they cannot be had for sure. Other workers may be listing it as well.
std::optional<platform::Listing> complete_listing(const platform::Directory& directory)
{
    const auto own = directory.reopened();
    if (!own) return std::nullopt;
    auto listing = platform::Listing::read(*own);
    if (listing.failure()) return std::nullopt;
    return listing;
}

}  // namespace

void StoredNames::read(const platform::Directory& directory)
{
    read_ = true;
    const auto listing = complete_listing(directory);
    if (!listing) return;
    for (const auto& entry : listing->names()) {
        names_.emplace(entry.name.view());
        by_inode_.emplace(entry.inode, entry.name.view());
    }
}

void StoredNames::find_owners(const platform::Directory& directory, const SourceList& list)
{
    owners_found_ = true;
    for (const auto& entry : list.entries()) {
        if (names_.contains(entry.target().view())) continue;
        const auto found = directory.stat(entry.target());
        if (!found) continue;
        const auto stored = name_of(found->identity.inode, list);
        if (stored) owners_.try_emplace(*stored, entry.target().view());  // the first one in order
    }
}

std::optional<std::string> StoredNames::name_of(std::uint64_t inode, const SourceList& list) const
{
    std::optional<std::string> stored;
    const auto [begin, end] = by_inode_.equal_range(inode);
    for (auto found = begin; found != end; ++found) {
        const auto& name = found->second;
        const auto valid = Name::make(name);
        if (!valid || !list.contains(*valid)) return name;
        stored = name;
    }
    return stored;
}

std::optional<std::string> StoredNames::collision(const platform::Directory& directory, NameView name,
                                                  const platform::Metadata& present, const SourceList& list)
{
    const std::lock_guard lock(mutex_);
    if (!read_) read(directory);
    if (names_.contains(name.view())) return std::nullopt;
    if (!owners_found_) find_owners(directory, list);
    auto stored = name_of(present.identity.inode, list);
    // What came since then is looked for again: it may be this run's.
    if (!stored) stored = spelled_as(directory, name);
    if (!stored) return kUnknownName;
    if (*stored == name.view()) return std::nullopt;
    const auto other = Name::make(*stored);
    if (other && list.contains(*other)) return stored;
    const auto& owner = owners_.try_emplace(*stored, name.view()).first->second;
    return owner == name.view() ? std::nullopt : std::optional(owner);
}

std::optional<std::string> spelled_as(const platform::Directory& directory, NameView name)
{
    const auto facts = directory.stat(name);
    if (!facts) return std::nullopt;
    const auto listing = complete_listing(directory);
    if (!listing) return std::nullopt;
    const auto& names = listing->names();
    if (std::ranges::find(names, name, &platform::ListedName::name) != names.end()) return std::string(name.view());
    const auto found = std::ranges::find(names, facts->identity.inode, &platform::ListedName::inode);
    if (found == names.end()) return std::nullopt;
    return std::string(found->name.view());
}

bool names_fold(const platform::Directory& directory, const DirectoryNode& node)
{
    const auto& parent = node.parent();
    const auto device = node.destination_metadata.identity.device;
    if (parent && parent->destination_metadata.identity.device == device) return parent->names_fold;
    const auto facts = platform::volume_facts(directory);
    return facts && facts->names_fold;
}

std::vector<NameView> names_not_listed(const SourceList& list, const std::vector<Entry>& listed)
{
    std::set<std::string_view> present;
    for (const auto& entry : listed) present.insert(entry.name.view());
    std::vector<NameView> missing;
    for (const auto& entry : list.entries()) {
        if (!present.contains(entry.target().view())) missing.push_back(entry.target());
    }
    return missing;
}

void spare_other_spellings(const platform::Directory& directory, const std::vector<NameView>& missing,
                           std::vector<Entry>& surplus)
{
    std::set<std::uint64_t> spared;
    for (const auto& name : missing) {
        if (const auto found = directory.stat(name)) spared.insert(found->identity.inode);
    }
    if (spared.empty()) return;
    std::erase_if(surplus, [&](const auto& entry) {
        const auto facts = directory.stat(entry.name);
        return facts && spared.contains(facts->identity.inode);
    });
}

std::string collision_message(const std::string& directory, NameView name, const std::string& other)
{
    const auto path = joined_path(directory, name);
    if (other == kUnknownName) return "cannot create \"" + path + "\": another name of the source may be the same here";
    return "cannot create \"" + path + "\": on this volume it is the same name as \"" + directory + "/" + other +
           "\", which the source has as well";
}

}  // namespace arsync::sync
