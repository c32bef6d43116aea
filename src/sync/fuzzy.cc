#include "sync/fuzzy.h"

#include <algorithm>
#include <array>
#include <utility>

#include "platform/listing.h"

namespace arsync::sync {
namespace {

using platform::FileType;

constexpr std::uint64_t kUnit = 1U << 16;
/// Names further apart than this have nothing in common.
constexpr std::uint64_t kFarthest = 25 * kUnit;
constexpr std::uint64_t kSuffixWeight = 10;

std::uint64_t cost_of(char byte)
{
    return kUnit + static_cast<unsigned char>(byte);
}

std::uint64_t cost_of_all(std::string_view text)
{
    std::uint64_t cost = 0;
    for (const char byte : text) cost += cost_of(byte);
    return cost;
}

std::uint64_t cost_of_change(char from, char to)
{
    const int difference = static_cast<unsigned char>(from) - static_cast<unsigned char>(to);
    return difference == 0 ? 0 : kUnit + static_cast<std::uint64_t>(difference < 0 ? -difference : difference);
}

/// The edit distance; at the beginning of the names what is added or taken away counts the same whatever it is.
std::uint64_t edit_distance(std::string_view a, std::string_view b)
{
    if (a.empty() || b.empty()) return cost_of_all(a) + cost_of_all(b);
    std::vector<std::uint64_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j * kUnit;
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::uint64_t diagonal = row[0];
        row[0] = (i + 1) * kUnit;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto taken = row[j + 1] + cost_of(a[i]);
            const auto added = row[j] + cost_of(b[j]);
            const auto changed = diagonal + cost_of_change(a[i], b[j]);
            diagonal = row[j + 1];
            row[j + 1] = std::min({taken, added, changed});
        }
    }
    return row.back();
}

/// What follows the last dot, with it; endings that backups get are looked through.
std::string_view suffix_of(std::string_view name)
{
    name.remove_prefix(std::min(name.find_first_not_of('.'), name.size()));
    for (;;) {
        if (name.ends_with('~')) {
            name.remove_suffix(1);
            continue;
        }
        const auto dot = name.find_last_of('.');
        if (dot == std::string_view::npos || dot == 0) return {};
        const auto suffix = name.substr(dot);
        constexpr std::array<std::string_view, 3> kBackups = {".bak", ".old", ".orig"};
        if (std::ranges::find(kBackups, suffix) == kBackups.end()) return suffix;
        name.remove_suffix(suffix.size());
    }
}

}  // namespace

std::uint64_t fuzzy_distance(std::string_view a, std::string_view b)
{
    return edit_distance(a, b) + kSuffixWeight * edit_distance(suffix_of(a), suffix_of(b));
}

std::shared_ptr<const FuzzyNames> FuzzyNames::list(Directories directories)
{
    std::vector<File> files;
    for (const auto& directory : directories) {
        const auto listing = platform::Listing::read(*directory);
        if (listing.failure()) continue;  // only a chance is lost
        const auto first = static_cast<std::ptrdiff_t>(files.size());
        for (const auto& entry : listing.names()) {
            if (entry.type != FileType::Regular && entry.type != FileType::Unknown) continue;
            const auto facts = directory->stat(entry.name);
            if (!facts || facts->type != FileType::Regular || facts->size == 0) continue;
            files.push_back({Name(entry.name), facts->size, facts->modified.seconds, directory.get()});
        }
        std::sort(files.begin() + first, files.end(),
                  [](const File& a, const File& b) { return a.name.str() < b.name.str(); });
    }
    return std::make_shared<const FuzzyNames>(std::move(files), std::move(directories));
}

const FuzzyNames::File* FuzzyNames::nearest(NameView name, const platform::Metadata& source) const
{
    const auto twin = std::ranges::find_if(
        files_, [&](const File& file) { return file.size == source.size && file.modified == source.modified.seconds; });
    if (twin != files_.end()) return &*twin;
    const File* best = nullptr;
    auto least = kFarthest;
    for (const auto& file : files_) {
        const auto longer = std::max(file.name.str().size(), name.view().size());
        const auto shorter = std::min(file.name.str().size(), name.view().size());
        if ((longer - shorter) * kUnit > least) continue;
        const auto distance = fuzzy_distance(file.name.str(), name.view());
        if (distance > least) continue;
        least = distance;  // of equally near ones the last
        best = &file;
    }
    return best;
}

}  // namespace arsync::sync
