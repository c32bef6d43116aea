// --version, in the layout of rsync's: what arsync can do is what the option table says.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

#include "cli/help.h"
#include "cli/option_table.h"
#include "platform/attributes.h"

namespace arsync::cli {

namespace {

struct Capability {
    std::string_view name;  // in the text
    std::string_view key;   // in JSON
    bool there = false;
};

bool supports(std::string_view option)
{
    const auto match = find_long(option);
    return match && match->option->support == Support::Yes;
}

std::vector<Capability> capabilities()
{
    return {{"socketpairs", "socketpairs", false},
            {"symlinks", "symlinks", true},
            {"symtimes", "symtimes", true},
            {"hardlinks", "hardlinks", true},
            {"hardlink-specials", "hardlink_specials", true},
            {"hardlink-symlinks", "hardlink_symlinks", true},
            {"IPv6", "IPv6", false},
            {"atimes", "atimes", supports("atimes")},
            {"batchfiles", "batchfiles", supports("write-batch")},
            {"inplace", "inplace", supports("inplace")},
            {"append", "append", supports("append")},
            {"ACLs", "ACLs", supports("acls")},
            {"ACL-at", "ACL_at", false},
            {"xattrs", "xattrs", supports("xattrs")},
            {"secluded-args", "secluded_args", false},
            {"iconv", "iconv", false},
            {"prealloc", "prealloc", supports("preallocate")},
            {"stop-at", "stop_at", supports("stop-at")},
            {"crtimes", "crtimes", platform::attribute_support().creation_times}};
}

constexpr std::string_view kOptimizations[] = {"SIMD_roll", "asm_roll", "openssl_crypto", "asm_MD5"};
constexpr std::string_view kChecksums[] = {"xxh128", "xxh3", "xxh64", "md5", "md4", "sha1", "none"};
constexpr std::string_view kCopyright = "(C) 2026 the arsync authors";
constexpr std::string_view kRsync = "3.5.0";  // whose options these are
constexpr std::size_t kTextWidth = 71;
constexpr std::size_t kJsonWidth = 72;

/// Joins with ", ", and breaks lines before `width`.
std::string wrapped(const std::vector<std::string>& parts, std::string_view indent, std::size_t width)
{
    std::string text;
    std::string line(indent);
    for (std::size_t at = 0; at < parts.size(); ++at) {
        const std::string part = parts[at] + (at + 1 < parts.size() ? "," : "");
        if (line.size() > indent.size() && line.size() + 1 + part.size() > width) {
            text += line + "\n";
            line = indent;
        }
        if (line.size() > indent.size()) line += ' ';
        line += part;
    }
    return text + line + "\n";
}

std::vector<std::string> quoted(std::span<const std::string_view> names)
{
    std::vector<std::string> list;
    for (const auto name : names) list.push_back(fmt::format("\"{}\"", name));
    return list;
}

}  // namespace

std::string version_text()
{
    std::vector<std::string> words = {"64-bit files", "64-bit inums", "64-bit timestamps", "64-bit long ints"};
    for (const auto& one : capabilities()) words.push_back(fmt::format("{}{}", one.there ? "" : "no ", one.name));
    std::vector<std::string> optimizations;
    for (const auto name : kOptimizations) {
        std::string word(name);
        std::ranges::replace(word, '_', '-');
        optimizations.push_back("no " + word);
    }
    std::string checksums;
    for (const auto name : kChecksums) fmt::format_to(std::back_inserter(checksums), " {}", name);
    return fmt::format(
        "arsync  version {}  options of rsync version {}\n"
        "Copyright {}.\n"
        "A file synchroniser with rsync's command line, for copies on one machine.\n"
        "Capabilities:\n{}"
        "Optimizations:\n{}"
        "Checksum list:\n   {}\n"
        "Compress list:\n    none\n"
        "Daemon auth list:\n    none\n"
        "\n"
        "arsync comes with ABSOLUTELY NO WARRANTY.  This is free software under the\n"
        "MIT licence.\n",
        ARSYNC_VERSION, kRsync, kCopyright, wrapped(words, "    ", kTextWidth),
        wrapped(optimizations, "    ", kTextWidth), checksums);
}

std::string version_json()
{
    std::vector<std::string> able = {"\"file_bits\": 64", "\"inum_bits\": 64", "\"timestamp_bits\": 64",
                                     "\"long_int_bits\": 64"};
    for (const auto& one : capabilities()) able.push_back(fmt::format("\"{}\": {}", one.key, one.there));
    std::vector<std::string> optimizations;
    for (const auto name : kOptimizations) optimizations.push_back(fmt::format("\"{}\": false", name));
    return fmt::format(
        "{{\n"
        "  \"program\": \"arsync\",\n"
        "  \"version\": \"{}\",\n"
        "  \"protocol\": \"none\",\n"
        "  \"rsync_version\": \"{}\",\n"
        "  \"copyright\": \"{}.\",\n"
        "  \"url\": \"\",\n"
        "  \"capabilities\": {{\n{}  }},\n"
        "  \"optimizations\": {{\n{}  }},\n"
        "  \"checksum_list\": [\n{}  ],\n"
        "  \"compress_list\": [\n    \"none\"\n  ],\n"
        "  \"daemon_auth_list\": [],\n"
        "  \"license\": \"MIT\",\n"
        "  \"caveat\": \"arsync comes with ABSOLUTELY NO WARRANTY\"\n"
        "}}\n",
        ARSYNC_VERSION, kRsync, kCopyright, wrapped(able, "    ", kJsonWidth),
        wrapped(optimizations, "    ", kJsonWidth), wrapped(quoted(kChecksums), "    ", kJsonWidth));
}

}  // namespace arsync::cli
