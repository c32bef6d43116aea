#pragma once
// rsync's option grammar: short options in bundles, with their value attached or as the next argument; long options as
// --opt=V or --opt V; no abbreviations; options after operands unless POSIXLY_CORRECT is set; `--` ends options; later
// options win. Source: rsync(1) and observation; the messages are rsync's.

#include <expected>
#include <span>
#include <string>

#include "cli/aliases.h"
#include "cli/options.h"

namespace arsync::cli {

/// An alias is replaced where it stands, also as a letter in a bundle. `arguments` without the program's name.
[[nodiscard]] std::expected<Options, UsageError> parse(std::span<const std::string> arguments,
                                                       bool stop_at_operand = false, const Aliases& aliases = {});

}  // namespace arsync::cli
