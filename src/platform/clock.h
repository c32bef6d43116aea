#pragma once
// The time of day, and times as people read them.

#include <chrono>
#include <cstdint>

#include "base/time.h"

namespace arsync::platform {

struct LocalTime {
    std::int64_t year = 1970;
    unsigned month = 1;
    unsigned day = 1;
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
};

[[nodiscard]] Timestamp now();

/// What this process has used of all cores' time, in the system as well.
[[nodiscard]] std::chrono::nanoseconds processor_time();

/// In the time zone of this process (TZ). Seconds since 1970-01-01 UTC.
[[nodiscard]] LocalTime local_time(std::int64_t seconds);

}  // namespace arsync::platform
