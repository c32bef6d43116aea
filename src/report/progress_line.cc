#include "report/progress_line.h"

#include <fmt/format.h>

#include <string_view>

#include "report/numbers.h"

namespace arsync::report {

namespace {

constexpr std::uint64_t kLongestTime = 9999ULL * 3600;  // rsync shows nothing longer

std::uint64_t percent(std::uint64_t bytes, std::uint64_t total)
{
    if (bytes >= total) return 100;
    return static_cast<std::uint64_t>(100.0 * static_cast<double>(bytes) / static_cast<double>(total));
}

}  // namespace

std::string format_speed(double bytes_per_second)
{
    double rate = bytes_per_second / 1024;
    std::string_view unit = "kB/s";
    if (rate > 1024) {
        rate /= 1024;
        unit = "MB/s";
    }
    if (rate > 1024) {
        rate /= 1024;
        unit = "GB/s";
    }
    return fmt::format("{:7.2f}{}", rate, unit);
}

std::string format_progress(const ProgressLine& line, NumberStyle style)
{
    const std::string time = line.seconds && *line.seconds <= kLongestTime
                                 ? fmt::format("{:>10}", format_duration(*line.seconds))
                                 : std::string("  ??:??:??");
    const std::string start = fmt::format("{:>15} {:3}% {} {}", format_size(line.bytes, style),
                                          percent(line.bytes, line.total), format_speed(line.rate), time);
    if (!line.finished) return start + "  ";
    return fmt::format("{} (xfr#{}, {}-chk={}/{})", start, line.transferred, line.list_complete ? "to" : "ir",
                       line.left, line.known);
}

void RateMeter::add(double seconds, std::uint64_t bytes)
{
    samples_.push_back({seconds, bytes});
    while (samples_.size() > 2 && samples_[1].seconds <= seconds - kWindow) samples_.pop_front();
}

double RateMeter::rate() const
{
    if (samples_.size() < 2) return 0;
    const Sample& first = samples_.front();
    const Sample& last = samples_.back();
    if (last.seconds <= first.seconds || last.bytes <= first.bytes) return 0;
    return static_cast<double>(last.bytes - first.bytes) / (last.seconds - first.seconds);
}

std::optional<std::uint64_t> time_left(std::uint64_t left, double rate)
{
    if (left == 0) return 0;
    if (rate < 1) return std::nullopt;
    return static_cast<std::uint64_t>(static_cast<double>(left) / rate);
}

}  // namespace arsync::report
