// Clocks and sleeping: other numbers for the clocks, and timevals with narrower microseconds.
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>

#include "converted.h"
#include "imports.h"

namespace machorun {
namespace {

// CLOCK_* of Darwin's <time.h>; -1 for a clock it does not have. MONOTONIC counts while the machine sleeps there,
// UPTIME does not.
clockid_t host_clock(int darwin_clock)
{
    switch (darwin_clock) {
        case 0: return CLOCK_REALTIME;
        case 4: return CLOCK_MONOTONIC_RAW;
        case 5: return CLOCK_MONOTONIC_COARSE;
        case 6: return CLOCK_BOOTTIME;
        case 8:
        case 9: return CLOCK_MONOTONIC;
        case 12: return CLOCK_PROCESS_CPUTIME_ID;
        case 16: return CLOCK_THREAD_CPUTIME_ID;
        default: return -1;
    }
}

bool is_known_clock(int darwin_clock)
{
    return darwin_clock >= 0 && host_clock(darwin_clock) != -1;
}

int get_time(int clock, timespec* out)
{
    if (!is_known_clock(clock)) return fail(EINVAL);
    return fix(clock_gettime(host_clock(clock), out));
}

int get_resolution(int clock, timespec* out)
{
    if (!is_known_clock(clock)) return fail(EINVAL);
    return fix(clock_getres(host_clock(clock), out));
}

constexpr std::uint64_t kNanoseconds = 1'000'000'000;

std::uint64_t get_nanoseconds(int clock)
{
    timespec now{};
    if (get_time(clock, &now) != 0) return 0;
    return static_cast<std::uint64_t>(now.tv_sec) * kNanoseconds + static_cast<std::uint64_t>(now.tv_nsec);
}

// The unit is a nanosecond on Intel Macs.
std::uint64_t absolute_time()
{
    return get_nanoseconds(8);
}
std::uint64_t continuous_time()
{
    return get_nanoseconds(6);
}

struct Timebase {
    std::uint32_t numerator, denominator;
};

int timebase_info(Timebase* out)
{
    *out = {1, 1};
    return 0;
}

struct DarwinTimeval {
    std::int64_t seconds;
    std::int32_t microseconds;
};

int get_time_of_day(DarwinTimeval* out, void*)
{
    timeval now;
    gettimeofday(&now, nullptr);
    if (out != nullptr) *out = {now.tv_sec, static_cast<std::int32_t>(now.tv_usec)};
    return 0;
}

struct DarwinUsage {
    DarwinTimeval user, system;
    long max_resident;  // bytes there, KiB here
    long others[13];
};
static_assert(sizeof(DarwinUsage) == 144);

int get_usage(int who, DarwinUsage* out)
{
    rusage host;
    if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN) return fail(EINVAL);
    if (getrusage(who, &host) != 0) return fix(-1);
    *out = {
        {host.ru_utime.tv_sec, static_cast<std::int32_t>(host.ru_utime.tv_usec)},
        {host.ru_stime.tv_sec, static_cast<std::int32_t>(host.ru_stime.tv_usec)},
        host.ru_maxrss * 1024,
        {host.ru_ixrss, host.ru_idrss, host.ru_isrss, host.ru_minflt, host.ru_majflt, host.ru_nswap, host.ru_inblock,
         host.ru_oublock, host.ru_msgsnd, host.ru_msgrcv, host.ru_nsignals, host.ru_nvcsw, host.ru_nivcsw}};
    return 0;
}

// CLOCKS_PER_SEC is a million on both, clock_t unsigned there.
unsigned long cpu_clock()
{
    return static_cast<unsigned long>(clock());
}

}  // namespace

std::span<const Import> time_imports()
{
    static const Import table[] = {
        import_converted<asctime_r>("asctime_r"),
        import("clock", cpu_clock),
        import("clock_getres", get_resolution),
        import("clock_gettime", get_time),
        import("clock_gettime_nsec_np", get_nanoseconds),
        import("difftime", difftime),
        import("getrusage", get_usage),
        import("gettimeofday", get_time_of_day),
        import_converted<gmtime>("gmtime"),
        import_converted<gmtime_r>("gmtime_r"),
        import_converted<localtime>("localtime"),
        import_converted<localtime_r>("localtime_r"),
        import("mach_absolute_time", absolute_time),
        import("mach_continuous_time", continuous_time),
        import("mach_timebase_info", timebase_info),
        import_converted<mktime>("mktime"),
        import_converted<nanosleep>("nanosleep"),
        import("sleep", sleep),
        import_converted<strftime>("strftime"),
        import("time", time),
        import_converted<timegm>("timegm"),
        import("tzset", tzset),
        import_converted<usleep>("usleep"),
    };
    return table;
}

}  // namespace machorun
