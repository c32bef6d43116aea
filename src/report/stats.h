#pragma once
// The closing lines: the block of --stats and the two lines of -v.
//
// rsync counts what goes over the wire between its processes. arsync has no wire in a local copy; so that the lines
// keep a meaning, "sent" is the bytes of all names listed plus the file data that was copied, and "received" is one
// byte, an answer "needed or not", for each name that was dealt with. "Literal data" is the file data copied;
// "Matched data" and "File list size" are 0, because arsync has no delta algorithm and keeps no list.

#include <cstdint>
#include <string>

#include "report/settings.h"
#include "sync/run.h"

namespace arsync::report {

struct Traffic {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
};

[[nodiscard]] Traffic traffic(const sync::Progress& progress);

/// --stats, with its leading empty line.
[[nodiscard]] std::string format_stats(const sync::Outcome& outcome, const Settings& settings);

/// "sent N bytes ..." and "total size is N ...", with their leading empty line.
[[nodiscard]] std::string format_summary(const sync::Outcome& outcome, const Settings& settings);

/// What the log file has in their place where they are not shown.
[[nodiscard]] std::string format_log_summary(const sync::Outcome& outcome);

/// How many files each way of copying has copied, and why clones were refused.
[[nodiscard]] std::string format_methods(const sync::Progress& progress, NumberStyle style);

}  // namespace arsync::report
