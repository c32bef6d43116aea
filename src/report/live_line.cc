#include "report/live_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "report/numbers.h"
#include "report/progress_line.h"

namespace arsync::report {

namespace {

/// "1.50 GB": people read it, so always short.
std::string short_size(std::uint64_t bytes)
{
    std::string size = format_size(bytes, NumberStyle::Decimal);
    if (size.back() < 'A') return size + " B";
    const char unit = size.back();
    size.back() = ' ';
    return size + unit + 'B';
}

std::string count(std::uint64_t number)
{
    return format_count(number, NumberStyle::Grouped);
}

}  // namespace

LiveState snapshot(const sync::Progress& progress)
{
    LiveState state;
    // Read before the counters it vouches for.
    state.walk_complete = progress.walk_complete.load();
    state.done = progress.done.load();
    state.found = progress.found.total();
    state.in_flight = progress.in_flight.load();
    state.bytes_found = progress.bytes_found.load();
    state.bytes_copied = progress.bytes_copied.load();
    // A file that is being copied may count as done only when it is complete.
    state.bytes_done = progress.bytes_done();
    state.failures = progress.failures.load();
    return state;
}

std::string format_live(const LiveState& state, unsigned width)
{
    std::vector<std::string> parts;
    if (state.walk_complete) {
        parts.push_back(fmt::format("{} of {} done", count(state.done), count(state.found)));
        parts.push_back(fmt::format("{} of {}", short_size(state.bytes_done), short_size(state.bytes_found)));
    } else {
        parts.push_back(fmt::format("{} done, {} found so far", count(state.done), count(state.found)));
        parts.push_back(short_size(state.bytes_done));
    }
    if (state.rate >= 1) parts.push_back(short_size(static_cast<std::uint64_t>(state.rate)) + "/s");
    if (state.walk_complete && state.bytes_done < state.bytes_found) {
        const auto left = time_left(state.bytes_found - state.bytes_done, state.done_rate);
        if (left) parts.push_back("ETA " + format_duration(*left));
    }
    if (state.failures > 0)
        parts.push_back(fmt::format("{} {}", count(state.failures), state.failures == 1 ? "error" : "errors"));
    parts.push_back(format_duration(state.elapsed));
    if (state.in_flight > 0) parts.push_back(fmt::format("copying {}", count(state.in_flight)));

    std::string line;
    for (const std::string& part : parts) {
        const std::size_t needed = line.empty() ? part.size() : line.size() + 2 + part.size();
        if (needed >= width && !line.empty()) break;
        if (!line.empty()) line += ", ";
        line += part;
    }
    if (line.size() >= width) line.resize(width > 0 ? width - 1 : 0);
    return line;
}

}  // namespace arsync::report
