#include "cli/id_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace arsync::cli {

namespace {

bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

bool is_number(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

std::expected<std::uint32_t, UsageError> parse_id(std::string_view digits)
{
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (error != std::errc() || end != digits.data() + digits.size())
        return refuse(fmt::format("Invalid ID number: {}", digits));
    return id;
}

/// What starts with a digit is a number or LOW-HIGH; anything else is a name.
std::expected<sync::IdRules::Rule, UsageError> parse_from(std::string_view option, std::string_view from)
{
    if (from.empty() || !is_digit(from[0])) return sync::IdRules::Rule{std::string(from)};
    const auto dash = std::min(from.find('-'), from.size());
    const auto low = from.substr(0, dash);
    const auto high = dash == from.size() ? low : from.substr(dash + 1);
    if (!is_number(low) || !is_number(high)) return refuse(fmt::format("Invalid number in --{}: {}", option, from));
    const auto first = parse_id(low);
    if (!first) return std::unexpected(first.error());
    const auto last = parse_id(high);
    if (!last) return std::unexpected(last.error());
    return sync::IdRules::Rule{sync::IdRules::Range{*first, *last}};
}

}  // namespace

std::expected<std::optional<std::uint32_t>, UsageError> find_id(std::string_view text, const IdOfName& find)
{
    if (!is_number(text)) return find(std::string(text));
    const auto id = parse_id(text);
    if (!id) return std::unexpected(id.error());
    return *id;
}

std::expected<sync::IdRules, UsageError> parse_id_rules(std::string_view option, std::string_view text,
                                                        const IdOfName& find, std::vector<std::string>& warnings)
{
    sync::IdRules result;
    for (bool more = true; more;) {
        const auto comma = std::min(text.find(','), text.size());
        const auto pair = text.substr(0, comma);
        more = comma < text.size();
        text.remove_prefix(more ? comma + 1 : comma);
        const auto colon = pair.find(':');
        if (colon == std::string_view::npos) return refuse(fmt::format("No colon found in --{}: {}", option, pair));
        const auto to = pair.substr(colon + 1);
        if (to.empty()) return refuse(fmt::format("No name found after colon --{}: {}", option, pair));
        auto rule = parse_from(option, pair.substr(0, colon));
        if (!rule) return std::unexpected(rule.error());
        const auto id = find_id(to, find);
        if (!id) return std::unexpected(id.error());
        if (!*id) {
            warnings.push_back(fmt::format("Unknown --{} name on receiver: {}", option, to));
            continue;
        }
        rule->to = **id;
        result.rules.push_back(std::move(*rule));
    }
    return result;
}

}  // namespace arsync::cli
