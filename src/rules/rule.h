#pragma once
// The values that rules are made of once they are parsed.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rules/pattern.h"

namespace arsync::rules {

/// Which sides a rule acts on: a set of bits, empty while the rule has not said.
using Sides = std::uint8_t;
constexpr Sides kSenderSide = 1;
constexpr Sides kReceiverSide = 2;

/// How the text of rules is read.
enum class Syntax : std::uint8_t {
    Filter,        // --filter and merge files: every rule has a prefix
    OldPrefixes,   // --exclude-from and kin: "+ ", "- " and a lone "!" are special, all else is a pattern
    PatternsOnly,  // merge files with - or +: all is a pattern
    CvsPatterns,   // as PatternsOnly, but a lone "!" clears
};

/// What a file (or an option) sets for the rules that are read from it.
struct Template {
    Syntax syntax = Syntax::Filter;
    bool include = false;     // what a bare pattern does
    bool word_split = false;  // w
    bool absolute = false;    // /
    bool negate = false;      // !, by -C only
    bool perishable = false;  // p
    Sides sides = 0;          // s, r
};

/// An include or exclude rule in force.
struct Rule {
    Pattern pattern;
    bool include = false;
    bool negate = false;
    bool perishable = false;
    bool xattr = false;
    Sides sides = 0;

    [[nodiscard]] bool applies(const Subject& subject) const { return pattern.matches(subject) != negate; }
};

/// A dir-merge rule: a file to look for in every directory.
struct DirectoryMerge {
    std::string name;            // of the file, one component
    std::string scan_from;       // path in front of the name: where the scan of parent directories begins; may be empty
    bool inherit = true;         // not n
    bool named_by_file = false;  // the rule itself came from a file: messages must not quote it
    Template rules;
};

/// Rules in order. A DirectoryMerge stands for the rules of the files found so far.
using Entry = std::variant<Rule, std::shared_ptr<const DirectoryMerge>>;
using RuleList = std::vector<Entry>;

}  // namespace arsync::rules
