#pragma once
// Numbers as rsync prints them.

#include <cstdint>
#include <string>

#include "report/settings.h"

namespace arsync::report {

/// A count: 12,345, or 12345 in Plain style. -h does not shorten counts.
[[nodiscard]] std::string format_count(std::uint64_t number, NumberStyle style);

/// A size in bytes: like a count, but 12.35K in Decimal (1000) and 12.06K in Binary (1024) style.
[[nodiscard]] std::string format_size(std::uint64_t bytes, NumberStyle style);

/// With two decimals, shortened like a size: "1,336.00", "384.92K".
[[nodiscard]] std::string format_rate(double bytes_per_second, NumberStyle style);

/// With two decimals, never shortened: rsync's speedup.
[[nodiscard]] std::string format_ratio(double ratio, NumberStyle style);

/// H:MM:SS.
[[nodiscard]] std::string format_duration(std::uint64_t seconds);

}  // namespace arsync::report
