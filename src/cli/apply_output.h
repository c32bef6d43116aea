#pragma once
// Options about what is shown and where to.

#include <string>

#include "cli/option_table.h"
#include "cli/options.h"

namespace arsync::cli {

[[nodiscard]] Outcome apply_output(Options& options, Special special, bool on, const std::string& value);

}  // namespace arsync::cli
