#include "rules/directory_rules.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace arsync::rules {

namespace {

/// `path` without "//", "." and "..", by its text alone; absolute, "" for the root.
std::string normalized(std::string_view path)
{
    std::string result;
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        const std::string_view part = path.substr(0, slash);
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
        if (part == "..") {
            result.erase(std::min(result.rfind('/'), result.size()));
        } else if (!part.empty() && part != ".") {
            result += '/';
            result += part;
        }
    }
    return result;
}

/// The directory where the scan for `merge` starts, if that is a parent of `path`.
std::optional<std::string> scan_start(const DirectoryMerge& merge, std::string_view path)
{
    if (merge.scan_from.empty()) return std::nullopt;
    const bool absolute = merge.scan_from.starts_with('/');
    std::string start = normalized(absolute ? merge.scan_from : std::string(path) + '/' + merge.scan_from);
    if (!path.starts_with(start) || path.size() == start.size() || path[start.size()] != '/') return std::nullopt;
    return start;
}

std::vector<std::shared_ptr<const DirectoryMerge>> merges_in(std::span<const Entry> list)
{
    std::vector<std::shared_ptr<const DirectoryMerge>> found;
    for (const Entry& entry : list) {
        if (const auto* merge = std::get_if<std::shared_ptr<const DirectoryMerge>>(&entry)) found.push_back(*merge);
    }
    return found;
}

/// Oldest first, so that of two merges of one name the one that was there before stays.
void collect_merges(const LocalRules* local, std::vector<std::shared_ptr<const DirectoryMerge>>& found)
{
    if (local == nullptr) return;
    collect_merges(local->inherited.get(), found);
    std::ranges::move(merges_in(local->rules), std::back_inserter(found));
}

bool names_active(std::span<const ActiveMerge> actives, std::string_view name)
{
    return std::ranges::any_of(actives, [&](const ActiveMerge& active) { return active.merge->name == name; });
}

}  // namespace

const ActiveMerge* find_active(std::span<const ActiveMerge> actives, const DirectoryMerge* merge)
{
    const auto found = std::ranges::find_if(actives, [&](const ActiveMerge& a) { return a.merge.get() == merge; });
    return found == actives.end() ? nullptr : &*found;
}

std::expected<ActiveMerges, RuleError> DirectoryRules::enter(std::span<const Entry> list, ActiveMerges above,
                                                             const EnteredDirectory& directory) const
{
    return enter(merges_in(list), std::move(above), directory);
}

std::expected<ActiveMerges, RuleError> DirectoryRules::enter(std::vector<Merge> merges, ActiveMerges above,
                                                             const EnteredDirectory& directory) const
{
    ActiveMerges entered;
    while (!merges.empty()) {
        std::vector<Merge> nested;
        for (const Merge& merge : merges) {
            // A file is looked for once, however many rules name it; the first rule decides.
            if (names_active(entered, merge->name)) continue;
            auto active = activate(merge, above, directory);
            if (!active) return std::unexpected(active.error());
            collect_merges(active->local.get(), nested);
            entered.push_back(*std::move(active));
        }
        // Those that were in force above come before those that this directory's files bring in.
        merges.clear();
        for (const bool known : {true, false}) {
            std::ranges::copy_if(nested, std::back_inserter(merges), [&](const Merge& merge) {
                return (find_active(above, merge.get()) != nullptr) == known;
            });
        }
    }
    return entered;
}

std::expected<ActiveMerge, RuleError> DirectoryRules::activate(const Merge& merge, ActiveMerges& above,
                                                               const EnteredDirectory& directory) const
{
    if (!merge->scan_from.empty() && find_active(above, merge.get()) == nullptr) {
        // What the files in the parents bring in counts as inherited too.
        auto scanned = scan_parents(merge, directory.path);
        if (!scanned) return std::unexpected(scanned.error());
        std::ranges::move(*scanned, std::back_inserter(above));
    }
    const ActiveMerge* before = merge->inherit ? find_active(above, merge.get()) : nullptr;
    ActiveMerge active{.merge = merge, .local = before != nullptr ? before->local : nullptr};
    const auto content = directory.read(merge->name);
    if (!content) return active;

    LocalRules local{.rules = {}, .inherited = active.local};
    RuleLoader loader(settings_, directory.files, local.rules);
    const FileLabel label = merge->named_by_file ? FileLabel{.text = "a file read earlier", .told = false}
                                                 : FileLabel{.text = directory.path + '/' + merge->name};
    if (auto added = loader.add_text(*content, merge->rules, label); !added) return std::unexpected(added.error());
    if (loader.cleared()) local.inherited = nullptr;
    if (!local.rules.empty() || loader.cleared()) active.local = std::make_shared<const LocalRules>(std::move(local));
    return active;
}

std::expected<ActiveMerges, RuleError> DirectoryRules::scan_parents(std::span<const Entry> list,
                                                                    std::string_view path) const
{
    ActiveMerges scanned;
    for (const Merge& merge : merges_in(list)) {
        if (names_active(scanned, merge->name)) continue;
        auto found = scan_parents(merge, path);
        if (!found) return found;
        std::ranges::move(*found, std::back_inserter(scanned));
    }
    return scanned;
}

std::expected<ActiveMerges, RuleError> DirectoryRules::scan_parents(const Merge& merge, std::string_view path) const
{
    // Known from here on, even if there is nothing to scan: the scan is done once.
    ActiveMerges scanned = {{.merge = merge, .local = nullptr}};
    const auto start = scan_start(*merge, path);
    if (!start) return scanned;
    for (std::size_t end = start->size(); end < path.size(); end = std::min(path.find('/', end + 1), path.size())) {
        const EnteredDirectory directory = parent(std::string(path.substr(0, end)));
        if (!merge->inherit) {
            // Nothing comes down from there, but rsync reads the file, and refuses what is wrong in it.
            if (const auto active = activate(merge, scanned, directory); !active)
                return std::unexpected(active.error());
            continue;
        }
        auto entered = enter(std::vector<Merge>{merge}, std::move(scanned), directory);
        if (!entered) return entered;
        scanned = *std::move(entered);
    }
    return scanned;
}

EnteredDirectory DirectoryRules::parent(std::string path) const
{
    const auto read_named = [this, path](std::string_view file) {
        return read_(file.starts_with('/') ? std::string(file) : path + '/' + std::string(file));
    };
    return {.path = path,
            .files = {.anchor = {.absolute = true, .base = path + '/'}, .read = read_named},
            .read = read_named};
}

}  // namespace arsync::rules
