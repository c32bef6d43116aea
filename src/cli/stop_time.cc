#include "cli/stop_time.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

namespace arsync::cli {

namespace {

/// What was written of it.
struct Written {
    std::optional<int> year;
    std::optional<int> month;
    std::optional<int> day;
    std::optional<int> hour;
    int minute = 0;
};

std::optional<int> number(std::string_view text)
{
    if (text.empty()) return std::nullopt;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
    return value;
}

bool in_range(std::optional<int> value, int least, int most)
{
    return value && *value >= least && *value <= most;
}

/// "day", "month-day" or "year-month-day".
bool read_date(std::string_view text, Written& written)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = std::min(text.find_first_of("-/"), text.size());
        parts.push_back(text.substr(0, end));
        if (end == text.size()) break;
        text.remove_prefix(end + 1);
    }
    if (parts.size() > 3) return false;
    written.day = number(parts.back());
    if (!in_range(written.day, 1, 31)) return false;
    if (parts.size() > 1) {
        written.month = number(parts[parts.size() - 2]);
        if (!in_range(written.month, 1, 12)) return false;
    }
    if (parts.size() < 3) return true;
    written.year = number(parts[0]);
    return written.year.has_value();
}

/// "hour:minute" or ":minute".
bool read_time(std::string_view text, bool hour_needed, Written& written)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return false;
    if (colon > 0) {
        written.hour = number(text.substr(0, colon));
        if (!in_range(written.hour, 0, 23)) return false;
    } else if (hour_needed) {
        return false;
    }
    const auto minute = text.substr(colon + 1);
    const auto value = number(minute);
    if (!in_range(value, 0, 59)) return false;
    written.minute = *value;
    return true;
}

std::optional<Written> read(std::string_view text)
{
    Written written;
    const auto mark = text.find('T');
    const bool only_time = mark == std::string_view::npos && text.find(':') != std::string_view::npos;
    const auto date = only_time ? std::string_view() : text.substr(0, mark);
    const auto time = only_time ? text : mark == std::string_view::npos ? std::string_view() : text.substr(mark + 1);
    if (!date.empty() && !read_date(date, written)) return std::nullopt;
    if (!time.empty() && !read_time(time, mark != std::string_view::npos, written)) return std::nullopt;
    if (date.empty() && time.empty()) return std::nullopt;
    if (!date.empty() && time.empty()) written.hour = 0;
    return written;
}

/// A day that the month does not have is one of the next month.
std::time_t as_local_time(int year, int month, int day, int hour, int minute)
{
    std::tm fields{};
    fields.tm_year = year - 1900;
    fields.tm_mon = month - 1;
    fields.tm_mday = day;
    fields.tm_hour = hour;
    fields.tm_min = minute;
    fields.tm_isdst = -1;
    return std::mktime(&fields);
}

/// nullopt where the calendar has no such day.
std::optional<std::time_t> existing_day(int year, int month, int day, int hour, int minute)
{
    const std::time_t time = as_local_time(year, month, day, hour, minute);
    const std::tm fields = *std::localtime(&time);
    if (fields.tm_mday != day || fields.tm_mon != month - 1) return std::nullopt;
    return time;
}

}  // namespace

std::optional<std::time_t> next_stop_time(std::string_view text, std::time_t now)
{
    const auto written = read(text);
    if (!written) return std::nullopt;
    const std::tm today = *std::localtime(&now);
    if (!written->day) {
        // Today, or, if that has passed, tomorrow; without an hour within the next one.
        const int hour = written->hour.value_or(today.tm_hour);
        std::tm fields = today;
        fields.tm_hour = hour;
        fields.tm_min = written->minute;
        fields.tm_sec = 0;
        fields.tm_isdst = -1;
        const std::time_t time = std::mktime(&fields);
        if (time > now) return time;
        (written->hour ? fields.tm_mday : fields.tm_hour) += 1;
        fields.tm_isdst = -1;
        return std::mktime(&fields);
    }
    int year = today.tm_year + 1900;
    if (written->year) {
        year = *written->year;
        if (year < 100) {
            // The next one that ends in these digits.
            year += (today.tm_year + 1900) / 100 * 100;
            if (year < today.tm_year + 1900) year += 100;
        }
        return as_local_time(year, *written->month, *written->day, *written->hour, written->minute);
    }
    // A month or a year that has such a day may be some way off (February 29th: up to eight years).
    int month = written->month.value_or(today.tm_mon + 1);
    for (int tries = 0; tries < 12; ++tries) {
        const auto time = existing_day(year, month, *written->day, *written->hour, written->minute);
        if (time && *time > now) return time;
        if (written->month || ++month > 12) {
            ++year;
            if (!written->month) month = 1;
        }
    }
    return std::nullopt;
}

}  // namespace arsync::cli
