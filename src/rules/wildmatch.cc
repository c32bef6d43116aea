#include "rules/wildmatch.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace arsync::rules {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

// The character classes of the C locale: file names are bytes, whatever the user's locale says.
constexpr bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}
constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
constexpr bool is_alpha(char c)
{
    return is_upper(c) || is_lower(c);
}
constexpr bool is_alnum(char c)
{
    return is_alpha(c) || is_digit(c);
}
constexpr bool is_graph(char c)
{
    return c > ' ' && c < '\x7f';
}
constexpr bool is_print(char c)
{
    return c >= ' ' && c < '\x7f';
}
constexpr bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}
constexpr bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
constexpr bool is_cntrl(char c)
{
    return (c >= '\0' && c < ' ') || c == '\x7f';
}
constexpr bool is_punct(char c)
{
    return is_graph(c) && !is_alnum(c);
}
constexpr bool is_xdigit(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

struct NamedClass {
    std::string_view name;
    bool (*contains)(char);
};

constexpr std::array kNamedClasses = {
    NamedClass{"alnum", is_alnum}, NamedClass{"alpha", is_alpha}, NamedClass{"blank", is_blank},
    NamedClass{"cntrl", is_cntrl}, NamedClass{"digit", is_digit}, NamedClass{"graph", is_graph},
    NamedClass{"lower", is_lower}, NamedClass{"print", is_print}, NamedClass{"punct", is_punct},
    NamedClass{"space", is_space}, NamedClass{"upper", is_upper}, NamedClass{"xdigit", is_xdigit},
};

std::optional<bool> in_named_class(std::string_view name, char c)
{
    for (const NamedClass& named : kNamedClasses) {
        if (named.name == name) return named.contains(c);
    }
    return std::nullopt;
}

/// Reads one class member's byte at `at`, undoing a backslash; nullopt at the end of the pattern.
std::optional<char> class_byte(std::string_view pattern, std::size_t& at)
{
    if (at < pattern.size() && pattern[at] == '\\') ++at;
    if (at >= pattern.size()) return std::nullopt;
    return pattern[at++];
}

struct ClassMatch {
    bool matches = false;
    std::size_t end = kNone;  // behind the ']'; kNone: malformed
};

/// Matches `c` against the class that opens at pattern[open].
ClassMatch match_class(std::string_view pattern, std::size_t open, char c)
{
    constexpr ClassMatch kMalformed;
    std::size_t at = open + 1;
    const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
    if (negated) ++at;

    bool found = false;
    for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
        if (pattern.substr(at, 2) == "[:") {
            const std::size_t name_end = pattern.find(']', at + 2);
            if (name_end == kNone) return kMalformed;
            if (name_end > at + 2 && pattern[name_end - 1] == ':') {
                const auto contained = in_named_class(pattern.substr(at + 2, name_end - at - 3), c);
                if (!contained) return kMalformed;
                found = found || *contained;
                at = name_end + 1;
                continue;
            }
        }
        const auto low = class_byte(pattern, at);
        if (!low) return kMalformed;
        found = found || c == *low;  // by itself, so that "c" matches the reversed [c-a]
        if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
            ++at;
            const auto high = class_byte(pattern, at);
            if (!high) return kMalformed;
            const auto byte = static_cast<unsigned char>(c);
            found = found || (byte > static_cast<unsigned char>(*low) && byte <= static_cast<unsigned char>(*high));
        }
    }
    if (at >= pattern.size()) return kMalformed;
    return {.matches = found != negated && c != '/', .end = at + 1};
}

/// Where matching resumes when the bytes behind a star turn out not to fit: the star takes one byte more.
struct Retry {
    std::size_t pattern = kNone;
    std::size_t text = 0;
};

/// Matches the one element at pattern[at] (no star) against `c`. Gives the element's end, or kNone.
std::size_t match_one(std::string_view pattern, std::size_t at, char c)
{
    switch (pattern[at]) {
        case '?': return c != '/' ? at + 1 : kNone;
        case '[': {
            const ClassMatch match = match_class(pattern, at, c);
            return match.matches ? match.end : kNone;
        }
        case '\\':
            ++at;
            if (at == pattern.size()) return kNone;
            [[fallthrough]];
        default: return pattern[at] == c ? at + 1 : kNone;
    }
}

}  // namespace

// Greedy with two places to come back to, the last `*` and the last `**`; earlier stars need none, because the
// leftmost fit of what follows them leaves all later fits possible. So the time is bounded by a polynomial.
bool wildmatch(std::string_view pattern, std::string_view text)
{
    Retry star;
    Retry double_star;
    std::size_t p = 0;
    std::size_t t = 0;
    while (true) {
        if (p < pattern.size() && pattern[p] == '*') {
            const std::size_t end = std::min(pattern.find_first_not_of('*', p), pattern.size());
            if (end - p > 1) {
                if (end == pattern.size()) return true;
                double_star = {.pattern = end, .text = t};
                star = {};
            } else {
                star = {.pattern = end, .text = t};
            }
            p = end;
            continue;
        }
        if (t == text.size() && p == pattern.size()) return true;
        const std::size_t next = p < pattern.size() && t < text.size() ? match_one(pattern, p, text[t]) : kNone;
        if (next != kNone) {
            p = next;
            ++t;
        } else if (star.pattern != kNone && star.text < text.size() && text[star.text] != '/') {
            p = star.pattern;
            t = ++star.text;
        } else if (double_star.pattern != kNone && double_star.text < text.size()) {
            p = double_star.pattern;
            t = ++double_star.text;
            star = {};
        } else {
            return false;
        }
    }
}

}  // namespace arsync::rules
