#include "cli/apply_remote.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <string_view>
#include <vector>

#include "base/size.h"
#include "cli/words.h"
#include "cli/writing_options.h"

namespace arsync::cli {

namespace {

using report::ExitCode;

constexpr int kOldestProtocol = 20;
constexpr int kProtocol = 32;

constexpr std::string_view kChecksums[] = {"xxh128", "xxh3", "xxh64", "xxhash", "md5", "md4", "sha1", "none"};
constexpr std::string_view kCompressions[] = {"zstd", "lz4", "zlibx", "zlib", "none"};

bool knows(std::span<const std::string_view> names, std::string_view name)
{
    return std::ranges::find(names, in_small_letters(name)) != names.end();
}

/// One name for all, or one for the transfer and one for --checksum.
Outcome check_checksum(const std::string& value)
{
    const auto unknown = [](std::string_view name) {
        return refuse(fmt::format("unknown checksum name: {}", name), ExitCode::Unsupported);
    };
    const auto good = [](std::string_view name) { return in_small_letters(name) == "auto" || knows(kChecksums, name); };
    const std::size_t comma = value.find(',');
    if (comma == 0) return unknown(value);
    const std::string first = value.substr(0, comma);
    if (!good(first)) return unknown(first);
    if (comma == std::string::npos) return {};
    const std::string second = value.substr(comma + 1);
    return good(second) ? Outcome{} : unknown(second);
}

/// The checksum that --checksum goes by.
std::string file_checksum(const Options& options)
{
    const std::string choice = in_small_letters(options.checksum_choice);
    const std::size_t comma = choice.find(',');
    return comma == std::string::npos ? choice : choice.substr(comma + 1);
}

/// The checksum of what is transferred.
std::string transfer_checksum(const Options& options)
{
    const std::string choice = in_small_letters(options.checksum_choice);
    return choice.substr(0, choice.find(','));
}

Outcome check_protocol(const std::string& value)
{
    int number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    if (number > kProtocol && number <= 40)
        return refuse(fmt::format("--protocol must be no more than {} on the Client.", kProtocol), ExitCode::Protocol);
    if (number < kOldestProtocol || number > 40)
        return refuse(fmt::format("--protocol={}: there is no such protocol", value), ExitCode::Protocol);
    return {};
}

/// "utf-8", "UTF8" and "utf_8" are one.
std::string charset_name(std::string_view name)
{
    std::string plain = in_small_letters(name);
    std::erase_if(plain, [](char c) { return c == '-' || c == '_'; });
    return plain;
}

/// LOCAL[,REMOTE]: in a local copy both sides are here, so that two of the same change nothing.
Outcome check_iconv(const std::string& value, const std::string& said_by)
{
    if (value.empty() || value == "-") return {};
    const std::size_t comma = value.find(',');
    if (comma == std::string::npos) return {};
    if (charset_name(value.substr(0, comma)) == charset_name(value.substr(comma + 1))) return {};
    return refuse(fmt::format("{}: changing the character set of names is not supported yet", said_by));
}

/// Of "md5 xxh64 & md5": the first that this side takes and the other one would.
std::optional<std::string> common_name(std::string_view list, std::span<const std::string_view> names)
{
    const auto words_of = [&](std::string_view part) {
        std::vector<std::string> words;
        while (!part.empty()) {
            const std::size_t end = std::min(part.find_first_of(" \t\r\n,"), part.size());
            if (end > 0 && knows(names, part.substr(0, end))) words.push_back(in_small_letters(part.substr(0, end)));
            part.remove_prefix(std::min(end + 1, part.size()));
        }
        return words;
    };
    const std::size_t other = list.find('&');
    const auto ours = words_of(list.substr(0, other));
    const auto theirs = other == std::string_view::npos ? ours : words_of(list.substr(other + 1));
    const auto found =
        std::ranges::find_if(ours, [&](const auto& word) { return std::ranges::find(theirs, word) != theirs.end(); });
    return found == ours.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

Outcome apply_remote(Options& options, Special special, const Option& option, bool on, const std::string& value)
{
    if (special == Special::Iconv) options.iconv = on ? value : "-";
    if (!on) return {};
    switch (special) {
        case Special::ChecksumChoice: options.checksum_choice = value; return check_checksum(value);
        case Special::CompressChoice:
            options.compress_choice = value;
            if (in_small_letters(value) == "auto" || knows(kCompressions, value)) return {};
            return refuse("unknown compress name: " + value, ExitCode::Unsupported);
        case Special::MaxAlloc: options.max_alloc = value; return check_allocation_limit(value);
        case Special::Protocol: return check_protocol(value);
        case Special::DaemonOnly:
            return refuse(fmt::format("The --{} option may only be used when {} an rsync daemon.", option.name,
                                      option.name == "contimeout" ? "connecting to" : "accessing"));
        case Special::Daemon:
            return refuse(
                fmt::format("--{} is not supported: arsync copies on this machine only, it is neither a "
                            "daemon nor the other end of a connection",
                            option.name));
        case Special::ConfineRoot: options.confine_root = value; return {};
        default: return {};
    }
}

platform::PathPolicy path_policy(const Options& options, platform::UserId user)
{
    platform::PathPolicy policy{.any_links = options.insecure_links, .user = user, .confined_to = {}};
    const auto& root = options.confine_root;
    if (root && root->find_first_not_of('/') != std::string::npos) policy.confined_to = *root;
    return policy;
}

Outcome check_remote(const Options& options, const Environment& environment)
{
    if (options.confine_root && !options.confine_root->starts_with('/'))
        return refuse("--confine-root must be an absolute path");
    if (options.confine_root && options.insecure_links)
        return refuse("--insecure-links cannot be combined with --confine-root");
    if (options.secluded_args && options.old_args) return refuse("--secluded-args conflicts with --old-args.");
    if (options.checksum && file_checksum(options) == "none")
        return refuse("Invalid checksum-choice for --checksum: none (0)", ExitCode::Unsupported);
    if (!options.max_alloc) {
        if (const auto value = environment("RSYNC_MAX_ALLOC"); value && !value->empty()) {
            if (auto checked = check_allocation_limit(*value); !checked) return checked;
        }
    }
    const std::string iconv = options.iconv.value_or(environment("RSYNC_ICONV").value_or(""));
    if (auto checked = check_iconv(iconv, options.iconv ? "--iconv=" + iconv : "RSYNC_ICONV=" + iconv); !checked)
        return checked;
    const auto negotiates = [&](const char* variable, std::span<const std::string_view> names) {
        const std::string list = environment(variable).value_or("");
        return list.empty() || common_name(list, names);
    };
    if (options.checksum_choice.empty() && !negotiates("RSYNC_CHECKSUM_LIST", kChecksums))
        return refuse("Failed to negotiate a checksum choice.", ExitCode::Unsupported);
    if (options.compress && options.compress_choice.empty() && !negotiates("RSYNC_COMPRESS_LIST", kCompressions))
        return refuse("Failed to negotiate a compress choice.", ExitCode::Unsupported);
    return {};
}

DigestKind chosen_digest(const Options& options, const Environment& environment)
{
    auto name = options.checksum ? file_checksum(options) : transfer_checksum(options);
    if (name.empty() || name == "auto") {
        const auto list = environment ? environment("RSYNC_CHECKSUM_LIST") : std::nullopt;
        name = common_name(list.value_or(""), kChecksums).value_or("xxh128");
    }
    return digest_kind(name).value_or(DigestKind::Xxh128);
}

}  // namespace arsync::cli
