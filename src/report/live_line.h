#pragma once
// The line at the bottom of the terminal that shows a run at work. It says what is known: while the source is still
// being listed there is no end to estimate, but the count of names found moves, and so does the clock.

#include <cstdint>
#include <string>

#include "sync/observer.h"

namespace arsync::report {

struct LiveState {
    std::uint64_t found = 0;      // names
    std::uint64_t done = 0;       // names
    std::uint64_t in_flight = 0;  // files being copied
    std::uint64_t bytes_found = 0;
    std::uint64_t bytes_done = 0;  // copied, or found to need no copy
    std::uint64_t bytes_copied = 0;
    std::uint64_t failures = 0;
    double rate = 0;            // of copying, bytes per second
    double done_rate = 0;       // of bytes_done, for the time left
    std::uint64_t elapsed = 0;  // seconds
    bool walk_complete = false;
};

[[nodiscard]] LiveState snapshot(const sync::Progress& progress);

/// Cut to less than `width` columns, since many terminals wrap after the last one; what matters most comes first.
[[nodiscard]] std::string format_live(const LiveState& state, unsigned width);

}  // namespace arsync::report
