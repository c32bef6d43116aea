#include "report/numbers.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

namespace arsync::report {

namespace {

/// Puts a comma between groups of three digits in front of the decimal point.
std::string group_digits(std::string number)
{
    const std::size_t point = number.find('.');
    std::size_t position = point == std::string::npos ? number.size() : point;
    while (position > 3) {
        position -= 3;
        number.insert(position, 1, ',');
    }
    return number;
}

std::string in_style(std::string number, NumberStyle style)
{
    return style == NumberStyle::Plain ? std::move(number) : group_digits(std::move(number));
}

/// With a unit letter, nullopt if the style has none or the number is below the first unit. Like rsync, the unit is
/// chosen before rounding: 999,999 is "1000.00K".
std::optional<std::string> shortened(double number, NumberStyle style)
{
    if (style != NumberStyle::Decimal && style != NumberStyle::Binary) return std::nullopt;
    const double step = style == NumberStyle::Decimal ? 1000 : 1024;
    if (number < step) return std::nullopt;
    static constexpr std::string_view kUnits = "KMGTP";
    std::size_t unit = 0;
    number /= step;
    while (number >= step && unit + 1 < kUnits.size()) {
        number /= step;
        ++unit;
    }
    return fmt::format("{:.2f}{}", number, kUnits[unit]);
}

}  // namespace

std::string format_count(std::uint64_t number, NumberStyle style)
{
    return in_style(fmt::format("{}", number), style);
}

std::string format_size(std::uint64_t bytes, NumberStyle style)
{
    return shortened(static_cast<double>(bytes), style).value_or(format_count(bytes, style));
}

std::string format_rate(double bytes_per_second, NumberStyle style)
{
    return shortened(bytes_per_second, style).value_or(format_ratio(bytes_per_second, style));
}

std::string format_ratio(double ratio, NumberStyle style)
{
    return in_style(fmt::format("{:.2f}", ratio), style);
}

std::string format_duration(std::uint64_t seconds)
{
    return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace arsync::report
