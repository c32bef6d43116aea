#pragma once
// Options about how data is written: what they are given, what does not go together, what they make of the job.

#include <string>

#include "cli/job_builder.h"
#include "cli/option_table.h"
#include "cli/options.h"

namespace arsync::cli {

[[nodiscard]] Outcome apply_writing(Options& options, Special special, const Option& option, bool on,
                                    const std::string& value);

/// What cannot be used together, in rsync's words.
[[nodiscard]] Outcome check_writing(const Options& options);

void set_writing(sync::Writing& writing, const Options& options, const Surroundings& surroundings);

/// The rule that keeps a partial directory out of the transfer, "-p DIR/"; empty: none is needed.
[[nodiscard]] std::string partial_directory_rule(const Options& options, const Surroundings& surroundings);

/// --max-alloc: nothing here allocates as much, but what rsync refuses is refused.
[[nodiscard]] Outcome check_allocation_limit(const std::string& value);

/// Whether files are copied without the delta algorithm.
[[nodiscard]] bool copies_whole_files(const Options& options);

}  // namespace arsync::cli
