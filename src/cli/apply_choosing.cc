#include "cli/apply_choosing.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <limits>

#include "base/size.h"
#include "cli/stop_time.h"

namespace arsync::cli {

namespace {

constexpr std::size_t kMostAlternates = 20;

Outcome apply_size(std::optional<std::uint64_t>& limit, const Option& option, const std::string& value)
{
    const auto size = parse_size_limit(value);
    if (!size)
        return refuse(fmt::format("--{}={} is {}", option.name, value,
                                  size.error() == SizeError::TooLarge ? "too large" : "invalid"));
    limit = *size;
    return {};
}

/// --compare-dest, --copy-dest, --link-dest: several of one kind, but of one kind only.
Outcome apply_alternate(Options& options, const Option& option, const std::string& value)
{
    if (!options.alternates.empty() && options.alternates_option != option.name)
        return refuse(fmt::format("ERROR: the --{} option conflicts with the --{} option", option.name,
                                  options.alternates_option));
    options.alternates_option = option.name;
    if (options.alternates.size() == kMostAlternates)
        return refuse(fmt::format("ERROR: at most {} --{} args may be specified", kMostAlternates, option.name));
    options.alternates.push_back(value);
    return {};
}

Outcome apply_stop_after(Options& options, const std::string& value)
{
    const auto minutes = parse_minutes(value);
    if (!minutes) return refuse("invalid --stop-after value: " + value);
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    options.stop_at = static_cast<std::int64_t>(std::time(nullptr)) + std::min(*minutes, kMost) * 60;
    return {};
}

Outcome apply_stop_at(Options& options, const std::string& value)
{
    const std::time_t now = std::time(nullptr);
    const auto stop = next_stop_time(value, now);
    if (!stop) return refuse("invalid --stop-at format: " + value);
    if (*stop <= now) return refuse("--stop-at time is not in the future: " + value);
    options.stop_at = static_cast<std::int64_t>(*stop);
    return {};
}

}  // namespace

std::optional<std::int64_t> parse_minutes(const std::string& text)
{
    const auto first = text.find_first_not_of(" \t\n");
    if (first == std::string::npos) return std::nullopt;
    std::int64_t minutes = 0;
    const auto [end, error] = std::from_chars(text.data() + first, text.data() + text.size(), minutes);
    if (error != std::errc() || minutes <= 0) return std::nullopt;
    return minutes;
}

std::optional<Outcome> apply_choosing(Options& options, Special special, const Option& option, const std::string& value)
{
    switch (special) {
        case Special::MaxSize: return apply_size(options.max_size, option, value);
        case Special::MinSize: return apply_size(options.min_size, option, value);
        case Special::CompareDest:
        case Special::CopyDest:
        case Special::LinkDest: return apply_alternate(options, option, value);
        case Special::BackupDir:
            options.backup_dir = value;
            options.backup = true;
            return Outcome{};
        case Special::Suffix: options.suffix = value; return Outcome{};
        case Special::StopAfter: return apply_stop_after(options, value);
        case Special::StopAt: return apply_stop_at(options, value);
        default: return std::nullopt;
    }
}

}  // namespace arsync::cli
