#include "cli/writing_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include "base/path.h"
#include "base/size.h"
#include "platform/copy.h"
#include "sync/delta.h"

namespace arsync::cli {

namespace {

using report::ExitCode;

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
constexpr std::uint64_t kLeastBandwidth = 512;
constexpr std::uint64_t kBandwidthUnit = 1024;

struct SizeLimits {
    std::uint64_t least = 0;  // 0 itself always means "none"
    std::uint64_t most = 0;   // 0: no limit
    std::string_view least_name = {};
    std::string_view most_name = {};
};

/// A number that has the form of a size but is too large for one.
bool is_huge(const std::string& text, char unit)
{
    const auto digits = std::ranges::find_if_not(text, [](unsigned char c) { return std::isdigit(c) != 0; });
    return digits != text.begin() && parse_size("1" + std::string(digits, text.end()), unit).has_value();
}

std::expected<std::uint64_t, UsageError> checked_size(std::string_view name, const std::string& text, char unit,
                                                      const SizeLimits& limits)
{
    if (text.empty()) return 0;
    const auto say = [&](const std::string& what) { return refuse(fmt::format("--{}={} is {}", name, text, what)); };
    const std::string most = limits.most_name.empty() ? "" : fmt::format(" (max: {})", limits.most_name);
    if (text.starts_with('-') && parse_size(std::string_view(text).substr(1), unit)) return say("too large" + most);
    const auto size = parse_size(text, unit);
    if (!size) return say(is_huge(text, unit) ? "too large" + most : "invalid");
    if (limits.most != 0 && *size > limits.most) return say("too large" + most);
    if (*size != 0 && *size < limits.least)
        return say(fmt::format("too small (min: {} or 0 for unlimited)", limits.least_name));
    return *size;
}

/// Empty: the destination's directory itself, which is no such directory.
std::string partial_directory(const Options& options, const Surroundings& surroundings)
{
    std::string path;
    if (options.partial_dir) {
        path = tidied(*options.partial_dir);
    } else if (options.partial && !options.delay_updates && !options.inplace && options.append == 0) {
        path = tidied(surroundings.partial_dir.value_or(""));
    }
    return path.empty() && options.delay_updates ? ".~tmp~" : path;
}

}  // namespace

Outcome apply_writing(Options& options, Special special, const Option& option, bool on, const std::string& value)
{
    switch (special) {
        case Special::Append: options.append = on ? (option.name == "append" ? 1 : 2) : 0; return {};
        case Special::WholeFile: options.whole_file = on != option.inverted; return {};
        case Special::BlockSize: {
            const auto size = checked_size(option.name, value, 'b', {.most = sync::kMostBlock, .most_name = "128.00K"});
            if (!size) return std::unexpected(size.error());
            options.block_size = static_cast<std::uint32_t>(*size);
            return {};
        }
        case Special::BandwidthLimit: {
            if (!on) {
                options.bandwidth = 0;
                return {};
            }
            const auto rate = checked_size(option.name, value, 'k', {.least = kLeastBandwidth, .least_name = "512"});
            if (!rate) return std::unexpected(rate.error());
            options.bandwidth = (*rate + kBandwidthUnit / 2) / kBandwidthUnit * kBandwidthUnit;
            return {};
        }
        case Special::PartialDirectory: options.partial_dir = value; return {};
        case Special::TemporaryDirectory: options.temp_dir = value; return {};
        default: return {};
    }
}

Outcome check_writing(const Options& options)
{
    const bool partial_directory = options.partial_dir && !tidied(*options.partial_dir).empty();
    if (options.append > 0 && copies_whole_files(options)) return refuse("--append cannot be used with --whole-file");
    if (options.append > 0 || options.inplace) {
        const std::string_view name = options.append > 0 ? "--append" : "--inplace";
        if (options.delay_updates) return refuse(fmt::format("{} cannot be used with --delay-updates", name));
        if (partial_directory) return refuse(fmt::format("{} cannot be used with --partial-dir", name));
    }
    return {};
}

Outcome check_allocation_limit(const std::string& value)
{
    const auto size = checked_size("max-alloc", value, 'b', {.least = kMebibyte, .least_name = "1.00M"});
    return size ? Outcome{} : std::unexpected(size.error());
}

bool copies_whole_files(const Options& options)
{
    const bool batch = options.read_batch || (options.write_batch && !options.dry_run);
    // rsync writes and reads batches by the delta algorithm. "none": the blocks of the delta algorithm would have no
    // checksum.
    std::string transfer = options.checksum_choice.substr(0, options.checksum_choice.find(','));
    std::ranges::transform(transfer, transfer.begin(), [](unsigned char c) { return std::tolower(c); });
    return transfer == "none" || options.whole_file.value_or(options.append == 0 && !batch);
}

void set_writing(sync::Writing& writing, const Options& options, const Surroundings& surroundings)
{
    using Append = sync::Writing::Append;
    writing.append = options.append == 0 ? Append::No : options.append == 1 ? Append::Blindly : Append::Verified;
    writing.inplace = options.inplace || options.append > 0;
    writing.whole_file = copies_whole_files(options);
    writing.block_size = options.block_size;
    using Fuzzy = sync::Writing::Fuzzy;
    writing.fuzzy = options.fuzzy > 1 ? Fuzzy::Everywhere : options.fuzzy > 0 ? Fuzzy::Here : Fuzzy::No;
    writing.temporary_dir = options.temp_dir;
    writing.partial_dir = partial_directory(options, surroundings);
    writing.delay_updates = options.delay_updates;
    writing.preallocate = options.preallocate;
    writing.sync_files = options.fsync;
    writing.bytes_per_second = options.bandwidth;
    writing.sparse = options.sparse;
    writing.force_change = options.force_change;
    writing.always_atomic = options.atomic;
    writing.keep_partial = options.partial;
}

/// Empty: the destination's directory itself, which is no such directory.
std::string partial_directory_rule(const Options& options, const Surroundings& surroundings)
{
    const auto path = partial_directory(options, surroundings);
    return path.empty() || path.starts_with('/') ? "" : "-p " + path + "/";
}

}  // namespace arsync::cli
