#include "rules/matcher.h"

#include <algorithm>
#include <utility>

namespace arsync::rules {

namespace {

/// Below this many plain names comparing each is quicker than a hash.
constexpr std::size_t kHashFrom = 12;

/// The one name that the rule can apply to; empty if there is none.
std::string_view only_name(const Rule& rule)
{
    return rule.negate ? std::string_view() : rule.pattern.only_name();
}

bool counts(const Rule& rule, const Subject& subject, bool ignore_perishable)
{
    return !(ignore_perishable && rule.perishable) && rule.applies(subject);
}

}  // namespace

Matcher::Matcher(std::vector<const Rule*> rules) : rules_(std::move(rules))
{
    const auto plain = std::ranges::count_if(rules_, [](const Rule* rule) { return !only_name(*rule).empty(); });
    const bool hash = static_cast<std::size_t>(plain) >= kHashFrom;
    for (Index index = 0; index < rules_.size(); ++index) {
        const Rule& rule = *rules_[index];
        const std::string_view name = hash ? only_name(rule) : std::string_view();
        if (name.empty())
            linear_.push_back(index);
        else
            by_name_[name].push_back(index);
        needs_full_ = needs_full_ || rule.pattern.needs_full();
    }
}

Matcher::Index Matcher::first_by_name(const Subject& subject, bool ignore_perishable) const
{
    const auto none = static_cast<Index>(rules_.size());
    if (by_name_.empty()) return none;
    const auto found = by_name_.find(subject.name);
    if (found == by_name_.end()) return none;
    for (const Index index : found->second) {
        if (counts(*rules_[index], subject, ignore_perishable)) return index;
    }
    return none;
}

Verdict Matcher::check(const Subject& subject, bool ignore_perishable) const
{
    const Rule* rule = find(subject, ignore_perishable);
    if (rule == nullptr) return Verdict::NoMatch;
    return rule->include ? Verdict::Include : Verdict::Exclude;
}

const Rule* Matcher::find(const Subject& subject, bool ignore_perishable) const
{
    Index first = first_by_name(subject, ignore_perishable);
    for (const Index index : linear_) {
        if (index > first) break;
        if (counts(*rules_[index], subject, ignore_perishable)) {
            first = index;
            break;
        }
    }
    return first == rules_.size() ? nullptr : rules_[first];
}

}  // namespace arsync::rules
