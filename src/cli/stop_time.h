#pragma once
// The point in time that --stop-at means.

#include <ctime>
#include <optional>
#include <string_view>

namespace arsync::cli {

/// The next time after `now` that fits "year-month-dayThour:minute" (or with slashes), of which much may be missing:
/// a year of two digits or none, no month, no time ("T" optional before one that stands alone), no hour (":59"). Where
/// the year is given it may have passed. Local time. nullopt: no such time.
/// Source: rsync(1), "--stop-at", and observation.
[[nodiscard]] std::optional<std::time_t> next_stop_time(std::string_view text, std::time_t now);

}  // namespace arsync::cli
