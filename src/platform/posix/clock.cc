#include "platform/clock.h"

#include <ctime>

namespace arsync::platform {

Timestamp now()
{
    timespec time{};
    static_cast<void>(::clock_gettime(CLOCK_REALTIME, &time));
    return {time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec)};
}

std::chrono::nanoseconds processor_time()
{
    timespec time{};
    static_cast<void>(::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time));
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

LocalTime local_time(std::int64_t seconds)
{
    const auto time = static_cast<time_t>(seconds);
    tm parts{};
    if (::localtime_r(&time, &parts) == nullptr) return {};
    return {.year = std::int64_t{1900} + parts.tm_year,
            .month = static_cast<unsigned>(parts.tm_mon + 1),
            .day = static_cast<unsigned>(parts.tm_mday),
            .hour = static_cast<unsigned>(parts.tm_hour),
            .minute = static_cast<unsigned>(parts.tm_min),
            .second = static_cast<unsigned>(parts.tm_sec)};
}

}  // namespace arsync::platform
