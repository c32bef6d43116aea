#pragma once
// --usermap, --groupmap and --chown: other owners and groups than the source's.

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace arsync::sync {

/// First match wins.
struct IdRules {
    struct Range {
        std::uint32_t low = 0;
        std::uint32_t high = 0;

        friend bool operator==(const Range&, const Range&) = default;
    };
    /// A range of numbers, or a name or pattern. An id without a name has the empty one.
    struct Rule {
        std::variant<Range, std::string> from;
        std::uint32_t to = 0;

        friend bool operator==(const Rule&, const Rule&) = default;
    };

    std::vector<Rule> rules;

    friend bool operator==(const IdRules&, const IdRules&) = default;
};

/// The name of an id; nullopt where it has none.
using NameOfId = std::function<std::optional<std::string>(std::uint32_t)>;

/// Puts rules to work. Each id is looked up once; any thread may ask.
class IdMap {
public:
    /// `name_of` null: ids have no names (--numeric-ids).
    IdMap(const IdRules& rules, NameOfId name_of);

    [[nodiscard]] bool empty() const { return rules_.rules.empty(); }
    [[nodiscard]] std::uint32_t operator()(std::uint32_t id) const;

private:
    [[nodiscard]] std::uint32_t find(std::uint32_t id) const;

    const IdRules& rules_;
    NameOfId name_of_;
    mutable std::mutex mutex_;
    mutable std::unordered_map<std::uint32_t, std::uint32_t> known_;
};

}  // namespace arsync::sync
