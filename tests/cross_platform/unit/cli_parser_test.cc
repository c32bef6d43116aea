// Expectations: rsync 3.5, run with these arguments.
#include "cli/parser.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/help.h"
#include "cli/option_table.h"

namespace arsync::cli {
namespace {

std::expected<Options, UsageError> parsed(const std::vector<std::string>& arguments)
{
    return parse(arguments);
}

Options good(const std::vector<std::string>& arguments)
{
    const auto options = parse(arguments);
    EXPECT_TRUE(options.has_value()) << (options ? "" : options.error().message);
    return options.value_or(Options{});
}

std::string refusal(const std::vector<std::string>& arguments)
{
    const auto options = parsed(arguments);
    return options ? "accepted" : options.error().message;
}

// Every long name in rsync --help.
// clang-format off
const char* const kLongNames[] = {
    "8-bit-output", "acls", "address", "append", "append-verify", "archive", "atimes", "backup", "backup-dir",
    "block-size", "blocking-io", "bwlimit", "checksum", "checksum-choice", "checksum-seed", "chmod", "chown",
    "compare-dest", "compress", "compress-choice", "compress-level", "compress-threads", "confine-root",
    "contimeout", "copy-as", "copy-dest", "copy-devices", "copy-dirlinks", "copy-links", "copy-unsafe-links",
    "crtimes", "cvs-exclude", "debug", "del", "delay-updates", "delete", "delete-after", "delete-before",
    "delete-delay", "delete-during", "delete-excluded", "delete-missing-args", "devices", "dirs", "drop-D",
    "dry-run", "early-input", "exclude", "exclude-from", "executability", "existing", "fake-super", "files-from",
    "filter", "force", "from0", "fsync", "fuzzy", "group", "groupmap", "hard-links", "help", "human-readable",
    "i-r", "iconv", "ignore-errors", "ignore-existing", "ignore-missing-args", "ignore-non-existing",
    "ignore-times", "inc-recursive", "include", "include-from", "info", "inplace", "insecure-links", "ipv4", "ipv6",
    "itemize-changes", "keep-dirlinks", "link-dest", "links", "list-only", "log-file", "log-file-format",
    "max-alloc", "max-delete", "max-size", "min-size", "mkpath", "modify-window", "munge-links", "no-W", "no-i-r",
    "no-implied-dirs", "no-inc-recursive", "no-motd", "no-whole-file", "numeric-ids", "old-args", "old-d",
    "old-dirs", "omit-dir-times", "omit-link-times", "one-file-system", "only-write-batch", "open-noatime",
    "out-format", "outbuf", "owner", "partial", "partial-dir", "password-file", "perms", "port", "preallocate",
    "progress", "protocol", "prune-empty-dirs", "quiet", "read-batch", "recursive", "relative", "remote-option",
    "remove-source-files", "rsh", "rsync-path", "safe-links", "secluded-args", "size-only", "skip-compress",
    "sockopts", "sparse", "specials", "stats", "stderr", "stop-after", "stop-at", "suffix", "super", "temp-dir",
    "timeout", "times", "trust-sender", "update", "usermap", "verbose", "version", "whole-file", "write-batch",
    "write-devices", "xattrs",
};
// clang-format on

// --no-NAME is taken by rsync ...
// clang-format off
const char* const kNegatable[] = {
    "8", "8-bit-output", "A", "D", "H", "J", "N", "O", "R", "S", "U", "W", "X", "acls", "append", "atimes",
    "backup", "blocking-io", "bwlimit", "c", "checksum", "compress", "contimeout", "crtimes", "d", "delay-updates",
    "devices", "dirs", "drop-D", "force", "from0", "fuzzy", "g", "group", "h", "hard-links", "human-readable", "i",
    "i-r", "iconv", "ignore-errors", "inc-recursive", "inplace", "insecure-links", "itemize-changes", "l", "links",
    "m", "mkpath", "munge-links", "numeric-ids", "o", "old-args", "omit-dir-times", "omit-link-times",
    "one-file-system", "open-noatime", "owner", "p", "partial", "perms", "progress", "prune-empty-dirs", "r",
    "recursive", "relative", "s", "secluded-args", "sparse", "specials", "super", "t", "timeout", "times", "v",
    "verbose", "whole-file", "write-devices", "x", "xattrs", "y", "z", "i-d", "implied-dirs", "motd", "msgs2stderr",
    "protect-args",
};
// clang-format on

// ... and of these it is not, although NAME is an option.
// clang-format off
const char* const kNotNegatable[] = {
    "0", "4", "6", "@", "B", "C", "E", "F", "I", "K", "L", "M", "P", "T", "V", "a", "address", "append-verify",
    "archive", "b", "backup-dir", "block-size", "checksum-choice", "checksum-seed", "chmod", "chown",
    "compare-dest", "compress-choice", "compress-level", "compress-threads", "confine-root", "copy-as", "copy-dest",
    "copy-devices", "copy-dirlinks", "copy-links", "copy-unsafe-links", "cvs-exclude", "debug", "del", "delete",
    "delete-after", "delete-before", "delete-delay", "delete-during", "delete-excluded", "delete-missing-args",
    "dry-run", "e", "early-input", "exclude", "exclude-from", "executability", "existing", "f", "fake-super",
    "files-from", "filter", "fsync", "groupmap", "help", "ignore-existing", "ignore-missing-args",
    "ignore-non-existing", "ignore-times", "include", "include-from", "info", "ipv4", "ipv6", "k", "keep-dirlinks",
    "link-dest", "list-only", "log-file", "log-file-format", "max-alloc", "max-delete", "max-size", "min-size",
    "modify-window", "n", "old-d", "old-dirs", "only-write-batch", "out-format", "outbuf", "partial-dir",
    "password-file", "port", "preallocate", "protocol", "q", "quiet", "read-batch", "remote-option",
    "remove-source-files", "rsh", "rsync-path", "safe-links", "size-only", "skip-compress", "sockopts", "stats",
    "stderr", "stop-after", "stop-at", "suffix", "temp-dir", "trust-sender", "u", "update", "usermap", "version",
    "write-batch",
};
// clang-format on

TEST(OptionTable, KnowsEveryOptionOfRsync)
{
    for (const char* name : kLongNames) EXPECT_TRUE(find_long(name)) << name;
    for (const char letter : std::string_view("vqcarRbudlLkKHpEAXogDtUNOJSnWxBemI@TyzCfF0s8hPiM46V"))
        EXPECT_NE(find_short(letter), nullptr) << letter;
    for (const char* name : {"cc", "zc", "zl", "zt", "i-d", "i-r", "log-format", "motd", "msgs2stderr", "new-compress",
                             "old-compress", "old-d", "protect-args", "qsort", "remove-sent-files", "time-limit"})
        EXPECT_TRUE(find_long(name)) << name;
}

TEST(OptionTable, NegationsAreRsyncs)
{
    for (const std::string name : kNegatable) EXPECT_TRUE(find_long("no-" + name)) << name;
    for (const std::string name : kNotNegatable) EXPECT_FALSE(find_long("no-" + name)) << name;
}

TEST(OptionTable, NamesAreUnique)
{
    std::vector<std::string_view> names;
    std::vector<char> letters;
    for (const auto table : {rsync_options(), own_options()}) {
        for (const Option& option : table) {
            if (!option.name.empty()) names.push_back(option.name);
            if (option.letter != 0) letters.push_back(option.letter);
            // Whatever is supported without a remote side must do something.
            const bool does_something = !std::holds_alternative<std::monostate>(option.action);
            EXPECT_TRUE(does_something || option.support != Support::Yes) << option.name;
        }
    }
    std::ranges::sort(names);
    std::ranges::sort(letters);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
    EXPECT_EQ(std::ranges::adjacent_find(letters), letters.end());
}

TEST(OptionTable, HelpNamesEverything)
{
    const std::string help = help_text();
    for (const auto table : {rsync_options(), own_options()}) {
        for (const Option& option : table) {
            if (option.help.empty()) continue;
            const std::string name =
                option.name.empty() ? std::string{'-', option.letter} : "--" + std::string(option.name);
            EXPECT_NE(help.find("\n" + name), std::string::npos) << name;
        }
    }
    for (std::size_t at = 0; at < help.size();) {
        const std::size_t end = help.find('\n', at);
        EXPECT_LE(end - at, 110U) << help.substr(at, end - at);
        at = end + 1;
    }
}

TEST(Parser, Archive)
{
    const Options options = good({"-a", "s/", "d"});
    EXPECT_TRUE(options.recurse && options.links && options.perms && options.times && options.group && options.owner &&
                options.devices && options.specials);
    EXPECT_FALSE(options.hard_links || options.acls || options.xattrs);
    EXPECT_EQ(options.operands, (std::vector<std::string>{"s/", "d"}));
}

TEST(Parser, LaterWins)
{
    EXPECT_FALSE(good({"-a", "--no-o", "s", "d"}).owner);
    EXPECT_TRUE(good({"--no-o", "-a", "s", "d"}).owner);
    EXPECT_FALSE(good({"-a", "--no-D", "s", "d"}).devices);
    EXPECT_FALSE(good({"-a", "--no-perms", "s", "d"}).perms);
    EXPECT_TRUE(good({"--no-p", "-A", "s", "d"}).perms);
    EXPECT_EQ(good({"-vv", "--no-v", "-v"}).verbose, 1U);
    EXPECT_EQ(good({"-ii", "--no-i", "-i"}).itemize, 1U);
    EXPECT_EQ(good({"-xx"}).one_file_system, 2U);
    EXPECT_EQ(good({"--no-h"}).human_readable, 0U);
    EXPECT_EQ(good({"-hh", "x"}).human_readable, 3U);
    EXPECT_EQ(good({"--no-W", "-W"}).whole_file, true);
    EXPECT_EQ(good({"--no-whole-file"}).whole_file, false);
    EXPECT_EQ(good({"-W", "--no-W"}).whole_file, false);
    EXPECT_FALSE(good({"-a"}).whole_file.has_value());
    EXPECT_TRUE(good({"--no-inc-recursive"}).no_incremental);
    EXPECT_TRUE(good({"--no-i-r"}).no_incremental);
    EXPECT_FALSE(good({"--no-i-r", "--i-r"}).no_incremental);
}

TEST(Parser, BundlesAndValues)
{
    const Options bundled = good({"-avHessh", "s", "-B1000", "d", "-f", "- x", "-f- y", "-f=- z"});
    EXPECT_TRUE(bundled.hard_links && bundled.verbose == 1 && bundled.recurse);
    EXPECT_EQ(bundled.operands, (std::vector<std::string>{"s", "d"}));
    using Kind = FilterOption::Kind;
    EXPECT_EQ(bundled.filters,
              (std::vector<FilterOption>{{Kind::Rule, "- x"}, {Kind::Rule, "- y"}, {Kind::Rule, "- z"}}));
    EXPECT_EQ(good({"--exclude", "--x", "--exclude="}).filters,
              (std::vector<FilterOption>{{Kind::Exclude, "--x"}, {Kind::Exclude, ""}}));
}

TEST(Parser, FilterOptionsKeepTheirOrder)
{
    using Kind = FilterOption::Kind;
    EXPECT_EQ(good({"--include=a", "-F", "--exclude-from=e", "-F", "-f", "- x", "-F", "--include-from", "i"}).filters,
              (std::vector<FilterOption>{{Kind::Include, "a"},
                                         {Kind::Rule, "dir-merge /.rsync-filter"},
                                         {Kind::ExcludeFrom, "e"},
                                         {Kind::Rule, "- .rsync-filter"},
                                         {Kind::Rule, "- x"},
                                         {Kind::IncludeFrom, "i"}}));
}

TEST(Parser, OperandsAndTheEndOfOptions)
{
    EXPECT_EQ(good({"s", "-r", "--", "-a", "--x"}).operands, (std::vector<std::string>{"s", "-a", "--x"}));
    EXPECT_EQ(good({"-r", "-", "d"}).operands, (std::vector<std::string>{"-", "d"}));
    const auto posix = parse(std::vector<std::string>{"-r", "s", "-a"}, true);
    ASSERT_TRUE(posix);
    EXPECT_EQ(posix->operands, (std::vector<std::string>{"s", "-a"}));
    EXPECT_FALSE(posix->times);
}

TEST(Parser, Help)
{
    EXPECT_TRUE(good({"-h"}).help);
    EXPECT_TRUE(good({"-hh"}).help);
    EXPECT_TRUE(good({"-a", "--help"}).help);
    EXPECT_FALSE(good({"-h", "s", "d"}).help);
    EXPECT_TRUE(good({"-V"}).version);
    EXPECT_TRUE(good({"--info=help"}).info_help);
}

TEST(Parser, Refusals)
{
    struct Case {
        std::vector<std::string> arguments;
        const char* message;
    };
    const Case cases[] = {
        {{"--frob", "a", "b"}, "--frob: unknown option"},
        {{"--frob=3", "a", "b"}, "--frob=3: unknown option"},
        {{"-w", "a"}, "-w: unknown option"},
        {{"-aw", "a"}, "-aw: unknown option"},
        {{"--exclud=x"}, "--exclud=x: unknown option"},
        {{"--no-frob"}, "--no-frob: unknown option"},
        {{"--no-archive"}, "--no-archive: unknown option"},
        {{"--no-a"}, "--no-a: unknown option"},
        {{"--exclude"}, "--exclude: missing argument"},
        {{"-f"}, "-f: missing argument"},
        {{"-avB"}, "-avB: missing argument"},
        {{"--archive=3"}, "--archive=3: option does not take an argument"},
        {{"--no-8=3"}, "--no-8=3: option does not take an argument"},
        {{"--no-bwlimit=3"}, "--no-bwlimit=3: option does not take an argument"},
        {{"--help=3"}, "--help=3: option does not take an argument"},
        {{"--max-delete=x"}, "--max-delete=x: invalid numeric value"},
        {{"--max-delete=1k"}, "--max-delete=1k: invalid numeric value"},
        {{"--max-delete", "x"}, "x: invalid numeric value"},
        {{"--timeout=x"}, "--timeout=x: invalid numeric value"},
        {{"--zl=x"}, "--zl=x: invalid numeric value"},
        {{"-Bx"}, "--block-size=x is invalid"},
        {{"--max-alloc=x"}, "--max-alloc=x is invalid"},
        {{"--info=name,foo,bar"}, "Unknown --info item: \"foo\""},
        {{"--outbuf=X"}, "Invalid --outbuf setting -- specify N, L, or B."},
        {{"--stderr=x"}, "--stderr mode \"x\" is not one of errors, all, or client"},
        {{"--zc=bad"}, "unknown compress name: bad"},
        {{"--cc=bad"}, "unknown checksum name: bad"},
        {{"--contimeout=4"}, "The --contimeout option may only be used when connecting to an rsync daemon."},
    };
    for (const Case& c : cases) EXPECT_EQ(refusal(c.arguments), c.message);
    EXPECT_EQ(parsed({"--zc=bad"}).error().code, report::ExitCode::Unsupported);
    EXPECT_EQ(parsed({"--frob"}).error().code, report::ExitCode::Usage);
}

TEST(Parser, MaxDelete)
{
    EXPECT_EQ(good({"--max-delete=7"}).max_delete, 7U);
    EXPECT_EQ(good({"--max-delete=0x10"}).max_delete, 16U);
    EXPECT_EQ(good({"--max-delete=010"}).max_delete, 8U);
    EXPECT_EQ(good({"--max-delete="}).max_delete, 0U);
    EXPECT_EQ(good({"--max-delete=-1"}).max_delete, 0U);
    EXPECT_EQ(good({"--max-delete=-5"}).max_delete, 0U);
    EXPECT_EQ(good({}).max_delete, std::nullopt);
}

TEST(Parser, AcceptedAsRsyncDoesInALocalCopy)
{
    for (const char* argument : {"--no-motd",
                                 "--motd",
                                 "--qsort",
                                 "-z",
                                 "--zc=zstd",
                                 "--zl=3",
                                 "--zt=2",
                                 "--compress-level=99",
                                 "--skip-compress=gz",
                                 "--cc=md5",
                                 "-s",
                                 "--protect-args",
                                 "--old-args",
                                 "--trust-sender",
                                 "--outbuf=N",
                                 "--stderr=e",
                                 "--protocol=30",
                                 "--checksum-seed=3",
                                 "--rsh=x",
                                 "--rsync-path=x",
                                 "--address=x",
                                 "--port=9",
                                 "--sockopts=x",
                                 "--blocking-io",
                                 "--early-input=x",
                                 "-4",
                                 "-6",
                                 "--timeout=5",
                                 "--max-alloc=1G",
                                 "--max-alloc=0",
                                 "--debug=none",
                                 "--iconv=.",
                                 "--no-iconv",
                                 "--no-partial",
                                 "--no-relative",
                                 "--no-d",
                                 "--implied-dirs",
                                 "--no-implied-dirs",
                                 "--no-bwlimit",
                                 "--bwlimit=0",
                                 "--numeric-ids",
                                 "--insecure-links"}) {
        EXPECT_TRUE(parse(std::vector<std::string>{argument})) << argument;
    }
}

TEST(Parser, SpelledAsTyped)
{
    const auto spelled = good({"-avf", "H x", "s", "--exclude", "y", "-B700", "--bwlimit=1", "--", "-n"}).spelled;
    EXPECT_EQ(spelled, (std::vector<SpelledOption>{{"", {"-avf", "H x"}},
                                                   {"exclude", {"--exclude", "y"}},
                                                   {"block-size", {"-B700"}},
                                                   {"bwlimit", {"--bwlimit=1"}}}));
}

}  // namespace
}  // namespace arsync::cli
