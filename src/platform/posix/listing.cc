#include "platform/listing.h"

namespace arsync::platform {

Result<bool> has_names(const Directory& directory)
{
    bool found = false;
    const auto listed = list_names(directory, [&](const std::vector<ListedName>& names) {
        found = !names.empty();
        return !found;
    });
    if (!listed) return std::unexpected(listed.error());
    return found;
}

Listing Listing::read(const Directory& directory)
{
    Listing listing;
    const auto listed = list_names(directory, [&](const std::vector<ListedName>& names) {
        std::size_t room = 0;
        for (const auto& entry : names) room += entry.name.size() + 1;
        auto& block = listing.blocks_.emplace_back(room);
        for (const auto& entry : names) listing.names_.push_back({block.add(entry.name), entry.type, entry.inode});
        return true;
    });
    if (!listed) listing.failure_ = listed.error();
    return listing;
}

}  // namespace arsync::platform
