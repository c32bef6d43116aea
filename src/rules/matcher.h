#pragma once
// All rules in force in a directory, laid out for asking: flat, by side, and plain names by hash.

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/filter.h"
#include "rules/rule.h"

namespace arsync::rules {

class Matcher {
public:
    /// `rules` in order; they must outlive the matcher.
    explicit Matcher(std::vector<const Rule*> rules);

    [[nodiscard]] bool empty() const { return rules_.empty(); }
    [[nodiscard]] bool needs_full() const { return needs_full_; }
    [[nodiscard]] Verdict check(const Subject& subject, bool ignore_perishable) const;
    /// The first rule that applies, null if none does.
    [[nodiscard]] const Rule* find(const Subject& subject, bool ignore_perishable) const;

private:
    using Index = std::uint32_t;

    [[nodiscard]] Index first_by_name(const Subject& subject, bool ignore_perishable) const;

    std::vector<const Rule*> rules_;
    std::vector<Index> linear_;                                         // rules that each name is held against
    std::unordered_map<std::string_view, std::vector<Index>> by_name_;  // rules that one name alone can match
    bool needs_full_ = false;
};

}  // namespace arsync::rules
