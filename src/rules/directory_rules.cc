#include "rules/directory_rules.h"

#include <algorithm>
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

/// Oldest first, so that of two merges of one name the one that was there before stays.
void collect_merges(const LocalRules* local, std::vector<std::shared_ptr<const DirectoryMerge>>& found)
{
    if (local == nullptr) return;
    collect_merges(local->inherited.get(), found);
    for (const Entry& entry : local->rules) {
        if (const auto* merge = std::get_if<std::shared_ptr<const DirectoryMerge>>(&entry)) found.push_back(*merge);
    }
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

std::expected<ActiveMerges, RuleError> DirectoryRules::enter(std::span<const Entry> list, const ActiveMerges& above,
                                                             const EnteredDirectory& directory) const
{
    ActiveMerges entered;
    for (const Entry& entry : list) {
        const auto* merge = std::get_if<Merge>(&entry);
        if (merge == nullptr) continue;
        if (auto done = activate(*merge, above, directory, entered); !done) return std::unexpected(done.error());
    }
    return entered;
}

std::expected<void, RuleError> DirectoryRules::activate(const Merge& merge, const ActiveMerges& above,
                                                        const EnteredDirectory& directory, ActiveMerges& entered) const
{
    // A file is looked for once, however many rules name it; the first rule decides.
    if (names_active(entered, merge->name)) return {};

    std::shared_ptr<const LocalRules> inherited;
    if (const ActiveMerge* before = find_active(above, merge.get())) {
        inherited = before->local;
    } else if (!merge->scan_from.empty()) {
        // What the files in the parents bring in counts as inherited too.
        const auto scanned = scan_parents(merge, directory.path);
        if (!scanned) return std::unexpected(scanned.error());
        ActiveMerges known = above;
        known.insert(known.end(), scanned->begin(), scanned->end());
        return activate(merge, known, directory, entered);
    }
    if (!merge->inherit) inherited = nullptr;

    ActiveMerge active{.merge = merge, .local = inherited};
    if (const auto content = directory.read(merge->name)) {
        LocalRules local{.rules = {}, .inherited = inherited};
        RuleLoader loader(settings_, directory.files, local.rules);
        const FileLabel label = merge->named_by_file ? FileLabel{.text = "a file read earlier", .told = false}
                                                     : FileLabel{.text = directory.path + '/' + merge->name};
        if (auto added = loader.add_text(*content, merge->rules, label); !added) return added;
        if (loader.cleared()) local.inherited = nullptr;
        if (!local.rules.empty() || loader.cleared()) {
            active.local = std::make_shared<const LocalRules>(std::move(local));
        }
    }
    std::vector<Merge> nested;
    collect_merges(active.local.get(), nested);
    entered.push_back(std::move(active));
    for (const Merge& inner : nested) {
        if (auto done = activate(inner, above, directory, entered); !done) return done;
    }
    return {};
}

std::expected<ActiveMerges, RuleError> DirectoryRules::scan_parents(std::span<const Entry> list,
                                                                    std::string_view path) const
{
    ActiveMerges scanned;
    for (const Entry& entry : list) {
        const auto* merge = std::get_if<Merge>(&entry);
        if (merge == nullptr || names_active(scanned, (*merge)->name)) continue;
        auto found = scan_parents(*merge, path);
        if (!found) return found;
        scanned.insert(scanned.end(), found->begin(), found->end());
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
        ActiveMerges entered;
        if (auto done = activate(merge, scanned, parent(std::string(path.substr(0, end))), entered); !done)
            return std::unexpected(done.error());
        scanned = std::move(entered);
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
