#include "cli/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <limits>

#include "base/size.h"
#include "platform/copy.h"

namespace arsync::cli {

namespace {

using report::ExitCode;

/// As strtol reads it, with base 0: "12", "-1", "0x10", "010"; an empty text is 0. nullopt: not a 32-bit number.
std::optional<std::int64_t> parse_number(std::string_view text)
{
    if (text.empty()) return 0;
    const bool negative = text[0] == '-';
    if (text[0] == '-' || text[0] == '+') text.remove_prefix(1);
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text[0] == '0') {
        base = 8;
    }
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (number > static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max())) return std::nullopt;
    return negative ? -static_cast<std::int64_t>(number) : static_cast<std::int64_t>(number);
}

Outcome check_value(const Option& option, const std::string& value, const std::string& spelled)
{
    if (option.value == Value::Number && !parse_number(value)) return refuse(spelled + ": invalid numeric value");
    if (option.value == Value::Size && !parse_size(value))
        return refuse(fmt::format("--{}={} is invalid", option.name, value));
    return {};
}

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> words)
{
    return std::ranges::find(words, value) != words.end();
}

/// The algorithms that rsync knows; which of them compares is all the same here, because arsync compares bytes.
Outcome check_checksum(std::string_view value)
{
    while (!value.empty()) {
        const std::size_t comma = std::min(value.find(','), value.size());
        const std::string_view name = value.substr(0, comma);
        if (!is_one_of(name, {"auto", "xxh128", "xxh3", "xxh64", "xxhash", "md5", "md4", "sha1"}))
            return refuse(fmt::format("unknown checksum name: {}", name), ExitCode::Unsupported);
        value.remove_prefix(std::min(comma + 1, value.size()));
    }
    return {};
}

Outcome apply_debug(const std::string& value)
{
    // Only silence can be had: "none", "all0", "del0,flist0".
    if (is_one_of(value, {"", "none", "NONE"})) return {};
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t end = std::min(value.find(',', at), value.size());
        if (end == at || value[end - 1] != '0') return refuse("--debug is not supported yet");
        at = end + 1;
    }
    return {};
}

/// Options that only choose among what rsync has; arsync has one of them.
Outcome apply_choice(Options& options, Special special, const Option& option, const std::string& value)
{
    switch (special) {
        case Special::Debug: return apply_debug(value);
        case Special::StandardError:
            if (is_one_of(value, {"e", "errors", "c", "client"})) return {};
            if (is_one_of(value, {"a", "all"})) return refuse("--stderr=all is not supported yet");
            return refuse(fmt::format("--stderr mode \"{}\" is not one of errors, all, or client", value));
        case Special::OutputBuffering:
            if (!is_one_of(value, {"N", "n", "L", "l", "B", "b"}))
                return refuse("Invalid --outbuf setting -- specify N, L, or B.");
            options.line_buffered = !is_one_of(value, {"B", "b"});
            return {};
        case Special::ChecksumChoice: return check_checksum(value);
        case Special::CompressChoice:
            if (is_one_of(value, {"auto", "zstd", "lz4", "zlibx", "zlib", "none"})) return {};
            return refuse("unknown compress name: " + value, ExitCode::Unsupported);
        case Special::BandwidthLimit:
            return value == "0" ? Outcome{} : refuse("--bwlimit is not supported yet (except --bwlimit=0)");
        case Special::Iconv: return is_one_of(value, {".", "-"}) ? Outcome{} : refuse("--iconv is not supported yet");
        case Special::DaemonOnly:
            return refuse(
                fmt::format("The --{} option may only be used when connecting to an rsync daemon.", option.name));
        case Special::CopyMethod:
            if (!is_one_of(value, {"auto", "clone", "kernel", platform::kernel_copy_name(), "readwrite"}))
                return refuse(fmt::format("--copy-method \"{}\" is not one of auto, clone, kernel, readwrite", value));
            options.copy_method = value;
            return {};
        default: return {};
    }
}

Outcome apply_filter(Options& options, Special special, const std::string& value)
{
    using Kind = FilterOption::Kind;
    const auto add = [&](Kind kind, std::string text) { options.filters.push_back({kind, std::move(text)}); };
    switch (special) {
        case Special::Filter: add(Kind::Rule, value); break;
        case Special::Exclude: add(Kind::Exclude, value); break;
        case Special::Include: add(Kind::Include, value); break;
        case Special::ExcludeFrom: add(Kind::ExcludeFrom, value); break;
        case Special::IncludeFrom: add(Kind::IncludeFrom, value); break;
        case Special::PerDirectoryFilter:
            ++options.per_directory_filters;
            if (options.per_directory_filters == 1) add(Kind::Rule, "dir-merge /.rsync-filter");
            if (options.per_directory_filters == 2) add(Kind::Rule, "- .rsync-filter");
            break;
        default: break;
    }
    return {};
}

Outcome apply_special(Options& options, Special special, const Option& option, bool on, const std::string& value,
                      const std::string& spelled)
{
    switch (special) {
        case Special::Help: options.help = true; return {};
        case Special::Archive:
            for (bool Options::* flag : {&Options::recurse, &Options::links, &Options::perms, &Options::times,
                                         &Options::group, &Options::owner, &Options::devices, &Options::specials})
                options.*flag = true;
            return {};
        case Special::DevicesAndSpecials: options.devices = options.specials = on; return {};
        case Special::PartialProgress: options.partial = options.progress = true; return {};
        case Special::Acls:
            options.acls = on;
            if (on) options.perms = true;
            return {};
        case Special::Filter:
        case Special::Exclude:
        case Special::Include:
        case Special::ExcludeFrom:
        case Special::IncludeFrom:
        case Special::PerDirectoryFilter: return apply_filter(options, special, value);
        case Special::DeleteDuring: options.delete_ = options.delete_during = true; return {};
        case Special::DeleteExcluded: options.delete_ = options.delete_excluded = true; return {};
        case Special::MaxDelete:
            // Below zero is what old versions needed to mean "none".
            options.max_delete = static_cast<std::uint64_t>(std::max<std::int64_t>(parse_number(value).value_or(0), 0));
            return {};
        case Special::Info:
            if (auto added = options.info.add(value); !added)
                return refuse(fmt::format("Unknown --info item: \"{}\"", added.error()));
            options.info_help = options.info.help();
            return {};
        case Special::SourceOperand:
            if (options.source)
                return refuse("--source is given twice; several sources are operands without an option");
            options.source = value;
            return {};
        case Special::DestinationOperand: options.destination = value; return {};
        case Special::Jobs:
            if (const auto jobs = parse_number(value); jobs && *jobs > 0 && *jobs <= 1024)
                options.jobs = static_cast<unsigned>(*jobs);
            else
                return refuse(spelled + ": not a number from 1 to 1024");
            return {};
        case Special::MaxMemory: options.max_memory = parse_size(value).value_or(0); return {};
        default: return on ? apply_choice(options, special, option, value) : Outcome{};
    }
}

}  // namespace

std::expected<void, UsageError> apply(Options& options, const Option& option, bool negated, const std::string& value,
                                      const std::string& spelled)
{
    const bool on = !negated;
    if (on) {
        if (auto checked = check_value(option, value, spelled); !checked) return checked;
    }
    if (option.support == Support::NotYet) {
        // Switching off what is not there is harmless, and takes back having asked for it. --no-super alone asks for
        // less than the default.
        const std::string name = display_name(option, false);
        std::erase(options.not_yet, name);
        if (on)
            options.not_yet.push_back(name);
        else if (option.name == "super")
            options.not_yet.push_back(display_name(option, true));
        return {};
    }
    if (const auto* flag = std::get_if<bool Options::*>(&option.action)) {
        options.*(*flag) = on != option.inverted;
    } else if (const auto* count = std::get_if<unsigned Options::*>(&option.action)) {
        options.*(*count) = on ? options.*(*count) + 1 : 0;
    } else if (const auto* special = std::get_if<Special>(&option.action)) {
        return apply_special(options, *special, option, on, value, spelled);
    }
    return {};
}

}  // namespace arsync::cli
