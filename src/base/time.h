#pragma once
// A point in time as file systems keep it.

#include <compare>
#include <cstdint>

namespace arsync {

/// Seconds since 1970-01-01 UTC (negative before), plus 0..999'999'999 ns.
struct Timestamp {
    std::int64_t seconds = 0;
    std::uint32_t nanoseconds = 0;

    friend constexpr auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

}  // namespace arsync
