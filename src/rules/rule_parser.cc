#include "rules/rule_parser.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace arsync::rules {

namespace {

struct LongName {
    std::string_view name;
    char letter;
};

constexpr std::array kLongNames = {
    LongName{"exclude", '-'},   LongName{"include", '+'}, LongName{"merge", '.'},
    LongName{"dir-merge", ':'}, LongName{"hide", 'H'},    LongName{"show", 'S'},
    LongName{"protect", 'P'},   LongName{"risk", 'R'},    LongName{"clear", '!'},
};

constexpr std::string_view kShortNames = "-+.:HSPR!";
constexpr std::string_view kCvsIgnore = ".cvsignore";

struct Prefix {
    char letter;
    std::size_t length;
};

constexpr bool ends_prefix(char c)
{
    return c == ' ' || c == '_';
}

std::optional<Prefix> parse_prefix(std::string_view text)
{
    for (const LongName& known : kLongNames) {
        if (!text.starts_with(known.name)) continue;
        const std::size_t end = known.name.size();
        if (end == text.size() || text[end] == ',' || ends_prefix(text[end])) return Prefix{known.letter, end};
    }
    if (text.empty() || kShortNames.find(text.front()) == std::string_view::npos) return std::nullopt;
    return Prefix{text.front(), 1};
}

bool is_merge(const ParsedRule& rule)
{
    return rule.kind == ParsedRule::Kind::Merge || rule.kind == ParsedRule::Kind::DirectoryMerge;
}

/// Applies a modifier that only merge and dir-merge take; false if it is none.
bool apply_merge_modifier(ParsedRule& rule, char modifier)
{
    Template& settings = rule.settings;
    switch (modifier) {
        case '-':
        case '+':
        case 'C':
            if (settings.syntax != Syntax::Filter) return false;
            settings.syntax = modifier == 'C' ? Syntax::CvsPatterns : Syntax::PatternsOnly;
            settings.include = modifier == '+';
            if (modifier == 'C') settings.word_split = true;
            if (modifier == 'C') rule.inherit = false;
            break;
        case 'e': rule.exclude_file = true; break;
        case 'n': rule.inherit = false; break;
        case 'w': settings.word_split = true; break;
        default: return false;
    }
    return true;
}

/// Applies one modifier letter; false if the rule that began with `prefix` does not take it.
bool apply_modifier(ParsedRule& rule, char prefix, char modifier)
{
    Template& settings = rule.settings;
    const bool takes_sides = is_merge(rule) || prefix == '-' || prefix == '+';
    switch (modifier) {
        case '/': settings.absolute = true; return true;
        case 'p': settings.perishable = true; return true;
        case 'x': rule.xattr = true; return true;
        case 's':
        case 'r':
            if (!takes_sides) return false;
            settings.sides = static_cast<Sides>(settings.sides | (modifier == 's' ? kSenderSide : kReceiverSide));
            return true;
        default: break;
    }
    if (is_merge(rule)) return apply_merge_modifier(rule, modifier);
    if (modifier == '!') {
        settings.negate = true;
        return true;
    }
    if (modifier != 'C' || !takes_sides) return false;
    rule.kind = ParsedRule::Kind::CvsDefaults;
    return true;
}

ParsedRule start_rule(char prefix, const Template& where)
{
    ParsedRule rule;
    rule.settings.absolute = where.absolute;
    rule.settings.perishable = where.perishable;
    switch (prefix) {
        case '.': rule.kind = ParsedRule::Kind::Merge; break;
        case ':': rule.kind = ParsedRule::Kind::DirectoryMerge; break;
        case '!': rule.kind = ParsedRule::Kind::Clear; break;
        case 'H':
        case 'S': rule.settings.sides = kSenderSide; break;
        case 'P':
        case 'R': rule.settings.sides = kReceiverSide; break;
        default: break;
    }
    rule.settings.include = prefix == '+' || prefix == 'S' || prefix == 'R';
    return rule;
}

std::unexpected<RuleError> refuse(std::string_view problem, std::string_view text, const RuleOrigin& origin)
{
    return std::unexpected(RuleError{.message = std::string(problem) + ": " + origin.quote(text), .exit_code = 1});
}

std::unexpected<RuleError> refuse_modifier(std::string_view text, std::size_t at, const RuleOrigin& origin)
{
    if (!origin.rule.empty()) return refuse("invalid modifier in filter rule", text, origin);
    return refuse(
        "invalid modifier '" + std::string(1, text[at]) + "' at position " + std::to_string(at) + " in filter rule",
        text, origin);
}

std::expected<ParsedRule, RuleError> parse_filter(std::string_view text, const Template& where,
                                                  const RuleOrigin& origin)
{
    const auto prefix = parse_prefix(text);
    if (!prefix) return refuse("Unknown filter rule", text, origin);
    ParsedRule rule = start_rule(prefix->letter, where);
    std::size_t at = prefix->length;
    if (at < text.size() && text[at] == ',') ++at;
    if (rule.kind == ParsedRule::Kind::Clear) {
        if (at < text.size()) return refuse("'!' rule has trailing characters", text, origin);
        return rule;
    }
    for (; at < text.size() && !ends_prefix(text[at]); ++at) {
        if (!apply_modifier(rule, prefix->letter, text[at])) return refuse_modifier(text, at, origin);
    }
    if (where.sides != 0) {
        if (rule.settings.sides != 0)
            return refuse("specified-side merge file contains specified-side filter", text, origin);
        rule.settings.sides = where.sides;
    }
    if (rule.kind == ParsedRule::Kind::CvsDefaults) return rule;
    rule.argument = text.substr(std::min(at + 1, text.size()));
    if (rule.argument.empty()) {
        if (rule.settings.syntax != Syntax::CvsPatterns) return refuse("unexpected end of filter rule", text, origin);
        rule.argument = kCvsIgnore;
    }
    return rule;
}

constexpr bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

}  // namespace

std::expected<ParsedRule, RuleError> parse_rule(std::string_view text, const Template& where, const RuleOrigin& origin)
{
    if (where.syntax == Syntax::Filter) return parse_filter(text, where, origin);
    ParsedRule rule;
    rule.settings = where;
    rule.argument = text;
    if (text == "!" && where.syntax != Syntax::PatternsOnly) {
        rule.kind = ParsedRule::Kind::Clear;
    } else if (where.syntax == Syntax::OldPrefixes && (text.starts_with("- ") || text.starts_with("+ "))) {
        rule.settings.include = text.front() == '+';
        rule.argument.remove_prefix(2);
        if (rule.argument.empty()) return refuse("unexpected end of filter rule", text, origin);
    }
    return rule;
}

bool wants_argument(std::string_view text, const Template& where)
{
    if (where.syntax != Syntax::Filter || text.find_first_of(" _") != std::string_view::npos) return false;
    const auto prefix = parse_prefix(text);
    if (!prefix || prefix->letter == '!') return false;
    const std::string_view modifiers = text.substr(prefix->length);
    return modifiers.find('C') == std::string_view::npos;
}

bool next_rule(std::string_view& rest, std::size_t& line, const Template& where, bool null_separated, RuleText& found)
{
    const auto separates = [&](char c) {
        if (where.word_split && is_space(c)) return true;
        return null_separated ? c == '\0' : c == '\n' || c == '\r';
    };
    while (!rest.empty()) {
        const auto end = std::ranges::find_if(rest, separates);
        std::string_view text = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
        const bool carriage_return = !null_separated && rest.substr(text.size()).starts_with("\r\n");
        rest.remove_prefix(std::min(text.size() + (carriage_return ? 2 : 1), rest.size()));
        ++line;
        // Without --from0 a NUL ends the rule early: rsync keeps rules as C strings.
        text = text.substr(0, text.find('\0'));
        if (text.empty()) continue;
        if (!where.word_split && (text.front() == '#' || text.front() == ';')) continue;
        found = {.text = text, .line = where.word_split ? 0 : line};
        return true;
    }
    return false;
}

}  // namespace arsync::rules
