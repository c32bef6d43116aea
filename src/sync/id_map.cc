#include "sync/id_map.h"

#include <utility>

#include "rules/wildmatch.h"

namespace arsync::sync {

IdMap::IdMap(const IdRules& rules, NameOfId name_of) : rules_(rules), name_of_(std::move(name_of)) {}

std::uint32_t IdMap::operator()(std::uint32_t id) const
{
    if (empty()) return id;
    const std::lock_guard lock(mutex_);
    const auto [place, is_new] = known_.try_emplace(id, id);
    if (is_new) place->second = find(id);
    return place->second;
}

std::uint32_t IdMap::find(std::uint32_t id) const
{
    std::optional<std::string> name;
    for (const auto& rule : rules_.rules) {
        if (const auto* range = std::get_if<IdRules::Range>(&rule.from)) {
            if (id >= range->low && id <= range->high) return rule.to;
            continue;
        }
        if (!name) name = name_of_ ? name_of_(id).value_or("") : "";
        const auto& pattern = std::get<std::string>(rule.from);
        const bool same = rules::has_wildcard(pattern) ? rules::wildmatch(pattern, *name) : pattern == *name;
        if (same) return rule.to;
    }
    return id;
}

}  // namespace arsync::sync
