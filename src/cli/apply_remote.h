#pragma once
// Options that mean something with a remote side only. In a local copy rsync checks what they say and goes on; so does
// arsync.

#include <functional>
#include <optional>
#include <string>

#include "base/digest.h"
#include "cli/option_table.h"
#include "cli/options.h"
#include "platform/path_policy.h"

namespace arsync::cli {

[[nodiscard]] Outcome apply_remote(Options& options, Special special, const Option& option, bool on,
                                   const std::string& value);

/// --insecure-links, --confine-root; `user` is who runs this.
[[nodiscard]] platform::PathPolicy path_policy(const Options& options, platform::UserId user);

/// What has to be right about them together, and about the RSYNC_* variables that stand for some of them.
using Environment = std::function<std::optional<std::string>(const char* name)>;
[[nodiscard]] Outcome check_remote(const Options& options, const Environment& environment);

/// The checksum that this run goes by: with --checksum that of its comparisons, else that of the transfer.
[[nodiscard]] DigestKind chosen_digest(const Options& options, const Environment& environment);

}  // namespace arsync::cli
