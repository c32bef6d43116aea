#pragma once
// What one option on the command line does to the Options.

#include <expected>
#include <string>

#include "cli/option_table.h"
#include "cli/options.h"

namespace arsync::cli {

/// `spelled` is the argument as typed, for messages: "--max-delete=x".
[[nodiscard]] std::expected<void, UsageError> apply(Options& options, const Option& option, bool negated,
                                                    const std::string& value, const std::string& spelled);

}  // namespace arsync::cli
