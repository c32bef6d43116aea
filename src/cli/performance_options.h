#pragma once
// Options that change how fast it goes and what it takes, never the result.

#include <string>
#include <vector>

#include "cli/option_table.h"
#include "cli/options.h"
#include "sync/job.h"

namespace arsync::cli {

[[nodiscard]] Outcome apply_performance(Options& options, Special special, const std::string& value,
                                        const std::string& spelled);

void set_performance(sync::Job& job, const Options& options);

/// What --copy-method and --io-engine can be.
[[nodiscard]] std::vector<std::string> copy_methods();
[[nodiscard]] std::vector<std::string> io_engines();

}  // namespace arsync::cli
