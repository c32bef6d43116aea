#pragma once
// rsync's progress line, of --progress and --info=progress2. Pure formatting and a rate over the last seconds.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "report/settings.h"

namespace arsync::report {

struct ProgressLine {
    std::uint64_t bytes = 0;
    std::uint64_t total = 0;
    double rate = 0;                       // bytes per second
    std::optional<std::uint64_t> seconds;  // left, or taken once done; nullopt: unknown
    // The part in parentheses, for a finished file:
    bool finished = false;
    std::uint64_t transferred = 0;  // xfr#
    std::uint64_t left = 0;         // to-chk=L/T
    std::uint64_t known = 0;
    bool list_complete = true;  // else ir-chk
};

/// Without the carriage return in front.
[[nodiscard]] std::string format_progress(const ProgressLine& line, NumberStyle style);

/// "12.34MB/s"; units of 1024.
[[nodiscard]] std::string format_speed(double bytes_per_second);

/// Speed over the last few seconds, so that the display follows what happens now.
class RateMeter {
public:
    void add(double seconds, std::uint64_t bytes);
    [[nodiscard]] double rate() const;

private:
    struct Sample {
        double seconds;
        std::uint64_t bytes;
    };
    static constexpr double kWindow = 5;  // seconds
    std::deque<Sample> samples_;
};

/// Seconds until `left` more bytes are done at `rate`; nullopt if nothing moves.
[[nodiscard]] std::optional<std::uint64_t> time_left(std::uint64_t left, double rate);

}  // namespace arsync::report
