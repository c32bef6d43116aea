#pragma once
// From the text of one rule to its parts. Source: rsync(1), FILTER RULES IN DEPTH, and observation of rsync 3.5.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "rules/filter.h"
#include "rules/rule.h"

namespace arsync::rules {

struct ParsedRule {
    enum class Kind : std::uint8_t { Pattern, Merge, DirectoryMerge, CvsDefaults, Clear };

    Kind kind = Kind::Pattern;
    bool xattr = false;         // x
    bool exclude_file = false;  // e: also leave the merge file itself out
    bool inherit = true;        // not n
    /// For a pattern what it does, for a file what its rules get.
    Template settings;
    std::string_view argument;  // pattern or file name; part of the text that was parsed
};

/// How messages name a file of rules.
struct FileLabel {
    std::string text;
    bool told = true;  // the user named it; else the name came from a file, and `text` is only where that was
};

/// How messages name a rule. Like rsync 3.5 they do not quote what stands in files: it may be secret to who sees them.
struct RuleOrigin {
    std::string rule;    // "<rule from FILE line 3>"; empty for the command line, whose rules are quoted
    FileLabel argument;  // how messages name a file that this rule reads; empty: by its name

    [[nodiscard]] std::string quote(std::string_view text) const { return rule.empty() ? std::string(text) : rule; }
};

/// Parses `text` under the settings of where it stands.
[[nodiscard]] std::expected<ParsedRule, RuleError> parse_rule(std::string_view text, const Template& where,
                                                              const RuleOrigin& origin);

/// Whether `text`, a word of a word-split file, is only the prefix of a rule whose pattern is the next word.
[[nodiscard]] bool wants_argument(std::string_view text, const Template& where);

/// One rule's text and its place in the file.
struct RuleText {
    std::string_view text;
    std::size_t line = 0;  // from 1; 0 in word-split files
};

/// Cuts a file into the next rule, past blanks and comments. False at the end; `rest` and `line` move on.
[[nodiscard]] bool next_rule(std::string_view& rest, std::size_t& line, const Template& where, bool null_separated,
                             RuleText& found);

}  // namespace arsync::rules
