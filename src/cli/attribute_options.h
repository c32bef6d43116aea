#pragma once
// Options that change attributes on the way or say whose rights count: how they are taken from the command line and
// what they make of a job.

#include <expected>
#include <string>
#include <vector>

#include "cli/id_rules.h"
#include "cli/option_table.h"
#include "cli/options.h"
#include "platform/process.h"
#include "sync/job.h"

namespace arsync::cli {

struct Surroundings;

/// --chmod, --chown, --usermap, --groupmap.
[[nodiscard]] Outcome apply_attribute_option(Options& options, Special special, const std::string& value);

/// --copy-as: who the copy is made as; nullopt: whoever runs this.
[[nodiscard]] std::expected<std::optional<platform::NewIdentity>, UsageError> parse_copy_as(
    const Options& options, const Surroundings& surroundings);

/// Fills in what these options mean for `job`; what has to be told although the run goes on is added to `warnings`.
[[nodiscard]] Outcome build_attribute_changes(const Options& options, const Surroundings& surroundings, sync::Job& job,
                                              std::vector<std::string>& warnings);

}  // namespace arsync::cli
