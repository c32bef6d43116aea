#pragma once
// -M: what only the receiving side is told. In a local copy that is the side of the destination.

#include <string>

#include "cli/options.h"

namespace arsync::cli {

/// `value` is an option with its value, as typed behind -M.
[[nodiscard]] Outcome apply_remote_option(Options& options, const std::string& value);

}  // namespace arsync::cli
