#pragma once
// rsync's wildcards. Source: rsync(1), PATTERN MATCHING RULES, and observation of rsync 3.5.

#include <string_view>

namespace arsync::rules {

/// Whether `pattern` covers the whole of `text`. `*` and `?` stop at '/', a run of two or more `*` does not. A class
/// `[...]` takes ranges, `[:alpha:]` and its kin, a leading `!` or `^`, and never matches '/'. A backslash takes the
/// next byte literally, also inside a class. A malformed pattern matches nothing. Bytes, not characters.
[[nodiscard]] bool wildmatch(std::string_view pattern, std::string_view text);

/// Whether `text` holds a byte that makes rsync treat it as a pattern at all (else backslashes are literal).
[[nodiscard]] constexpr bool has_wildcard(std::string_view text)
{
    return text.find_first_of("*?[") != std::string_view::npos;
}

}  // namespace arsync::rules
