#pragma once
// What the options do that choose what is transferred, kept and deleted, and when it stops: see apply.h.

#include <optional>
#include <string>

#include "cli/option_table.h"
#include "cli/options.h"

namespace arsync::cli {

/// nullopt: `special` is none of them.
[[nodiscard]] std::optional<Outcome> apply_choosing(Options& options, Special special, const Option& option,
                                                    const std::string& value);

/// Minutes as strtol reads them: "5", "1.5" is 1. nullopt: none, or not more than 0.
[[nodiscard]] std::optional<std::int64_t> parse_minutes(const std::string& text);

}  // namespace arsync::cli
