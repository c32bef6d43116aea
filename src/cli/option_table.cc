#include "cli/option_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace arsync::cli {

namespace {

using enum Negation;
using O = Options;
constexpr auto Yes = Support::Yes;
constexpr auto Remote = Support::RemoteOnly;
constexpr auto Flag = Value::None;
constexpr auto Text = Value::Text;
constexpr auto Number = Value::Number;
constexpr auto Size = Value::Size;
constexpr std::monostate Nothing{};

// In the order of rsync's own help, so that users find what they look for.
// clang-format off
constexpr Option kRsyncOptions[] = {
    {"verbose", 'v', Both, Yes, &O::verbose, Flag, "", "tell more"},
    {"info", 0, None, Yes, Special::Info, Text, "FLAGS", "choose what is told; see --info=help"},
    {"debug", 0, None, Yes, Special::Debug, Text, "FLAGS", "choose what is told about the inner workings"},
    {"stderr", 0, None, Yes, Special::StandardError, Text, "e|a|c", "what goes to standard error (e: errors)"},
    {"quiet", 'q', None, Yes, &O::quiet, Flag, "", "tell nothing but errors"},
    {"no-motd", 0, None, Remote, Nothing, Flag, "", "do not show a daemon's greeting"},
    {"motd", 0, None, Remote, Nothing, Flag, "", ""},
    {"checksum", 'c', Both, Yes, &O::checksum, Flag, "", "compare content, not size and time"},
    {"archive", 'a', None, Yes, Special::Archive, Flag, "", "the same as -rlptgoD (not -A -X -U -N -H)"},
    {"recursive", 'r', Both, Yes, Special::Recursive, Flag, "", "go into directories"},
    {"inc-recursive", 0, None, Yes, &O::no_incremental, Flag, "", "work while still listing (the default)", true},
    {"i-r", 0, Long, Yes, &O::no_incremental, Flag, "", "", true},
    {"no-inc-recursive", 0, None, Yes, &O::no_incremental, Flag, "", "announce it as \"building file list\""},
    {"relative", 'R', Both, Yes, &O::relative, Flag, "", "use the path names as typed"},
    {"no-implied-dirs", 0, None, Yes, &O::no_implied, Flag, "", "--relative without the directories above"},
    {"implied-dirs", 0, None, Yes, &O::no_implied, Flag, "", "", true},
    {"i-d", 0, Long, Yes, &O::no_implied, Flag, "", "", true},
    {"backup", 'b', Long, Yes, &O::backup, Flag, "", "keep what is replaced or deleted"},
    {"backup-dir", 0, None, Yes, Special::BackupDir, Text, "DIR", "keep it in a tree of its own"},
    {"suffix", 0, None, Yes, Special::Suffix, Text, "SUFFIX", "what --backup puts behind a name"},
    {"update", 'u', None, Yes, &O::update, Flag, "", "leave newer files of the destination alone"},
    {"inplace", 0, Long, Yes, &O::inplace, Flag, "", "write over files instead of replacing them"},
    {"append", 0, Long, Yes, Special::Append, Flag, "", "add to shorter files"},
    {"append-verify", 0, None, Yes, Special::Append, Flag, "", "--append, and check what was there"},
    {"dirs", 'd', Both, Yes, &O::directories, Flag, "", "copy directories without going into them"},
    {"old-dirs", 0, None, Yes, Special::OldDirectories, Flag, "", ""},
    {"old-d", 0, None, Yes, Special::OldDirectories, Flag, "", ""},
    {"mkpath", 0, Long, Yes, &O::make_path, Flag, "", "make missing directories of the destination's path"},
    {"links", 'l', Both, Yes, &O::links, Flag, "", "copy symbolic links as links"},
    {"copy-links", 'L', None, Yes, &O::copy_links, Flag, "", "copy what symbolic links lead to"},
    {"copy-unsafe-links", 0, None, Yes, &O::copy_unsafe_links, Flag, "", "the same, only where they lead outside"},
    {"safe-links", 0, None, Yes, &O::safe_links, Flag, "", "leave out links that lead outside"},
    {"insecure-links", 0, Long, Yes, &O::insecure_links, Flag, "", "follow links of other users in typed paths"},
    {"confine-root", 0, None, Yes, Special::ConfineRoot, Text, "DIR", "refuse typed paths that lead out of DIR"},
    {"munge-links", 0, Long, Yes, &O::munge_links, Flag, "", "make links safe and unusable"},
    {"copy-dirlinks", 'k', None, Yes, &O::copy_dirlinks, Flag, "", "copy what links to directories lead to"},
    {"keep-dirlinks", 'K', None, Yes, &O::keep_dirlinks, Flag, "", "use the destination's links to directories"},
    {"hard-links", 'H', Both, Yes, &O::hard_links, Flag, "", "preserve hard links"},
    {"perms", 'p', Both, Yes, &O::perms, Flag, "", "preserve permissions"},
    {"executability", 'E', None, Yes, &O::executability, Flag, "", "preserve whether files are executable"},
    {"chmod", 0, None, Yes, Special::Chmod, Text, "CHMOD", "change permissions on the way"},
    {"acls", 'A', Both, Yes, Special::Acls, Flag, "", "preserve ACLs (implies --perms)"},
    {"xattrs", 'X', Both, Yes, &O::xattrs, Flag, "", "preserve extended attributes"},
    {"owner", 'o', Both, Yes, &O::owner, Flag, "", "preserve the owner (super-user only)"},
    {"group", 'g', Both, Yes, &O::group, Flag, "", "preserve the group"},
    {"devices", 0, Long, Yes, &O::devices, Flag, "", "preserve device files (super-user only)"},
    {"copy-devices", 0, None, Yes, &O::copy_devices, Flag, "", "copy the content of devices"},
    {"write-devices", 0, Long, Yes, &O::write_devices, Flag, "", "write to devices as if they were files"},
    {"specials", 0, Long, Yes, &O::specials, Flag, "", "preserve fifos and sockets"},
    {"drop-D", 0, Long, Yes, &O::drop_devices_and_specials, Flag, "", "create no devices and special files"},
    {"", 'D', Both, Yes, Special::DevicesAndSpecials, Flag, "", "the same as --devices --specials"},
    {"times", 't', Both, Yes, &O::times, Flag, "", "preserve modification times"},
    {"atimes", 'U', Both, Yes, &O::atimes, Flag, "", "preserve access times"},
    {"open-noatime", 0, Long, Yes, &O::open_noatime, Flag, "", "leave the access times of the source alone"},
    {"crtimes", 'N', Both, Yes, &O::crtimes, Flag, "", "preserve creation times (macOS)"},
    {"omit-dir-times", 'O', Both, Yes, &O::omit_dir_times, Flag, "", "--times, but not of directories"},
    {"omit-link-times", 'J', Both, Yes, &O::omit_link_times, Flag, "", "--times, but not of symbolic links"},
    {"super", 0, Long, Yes, Special::Super, Flag, "", "try what only the super-user may"},
    {"fake-super", 0, None, Yes, Special::FakeSuper, Flag, "", "keep such attributes in xattrs (Linux)"},
    {"sparse", 'S', Both, Yes, &O::sparse, Flag, "", "turn runs of zeros into holes"},
    {"preallocate", 0, None, Yes, &O::preallocate, Flag, "", "reserve the space of a file first"},
    {"dry-run", 'n', None, Yes, &O::dry_run, Flag, "", "only tell what would be done"},
    {"whole-file", 'W', Both, Yes, Special::WholeFile, Flag, "", "copy files whole (the default)"},
    {"no-whole-file", 0, None, Yes, Special::WholeFile, Flag, "", "use rsync's delta algorithm", true},
    {"checksum-choice", 0, None, Yes, Special::ChecksumChoice, Text, "STR", "which checksum to compare by (aka --cc)"},
    {"cc", 0, None, Yes, Special::ChecksumChoice, Text, "", ""},
    {"one-file-system", 'x', Both, Yes, &O::one_file_system, Flag, "", "stay on the source's file system"},
    {"block-size", 'B', None, Yes, Special::BlockSize, Text, "SIZE", "block size of the delta algorithm"},
    {"rsh", 'e', None, Remote, Nothing, Text, "COMMAND", "the remote shell to use"},
    {"rsync-path", 0, None, Remote, Nothing, Text, "PROGRAM", "the program to run on the remote machine"},
    {"existing", 0, None, Yes, &O::existing, Flag, "", "create nothing new"},
    {"ignore-non-existing", 0, None, Yes, &O::existing, Flag, "", "the same as --existing"},
    {"ignore-existing", 0, None, Yes, &O::ignore_existing, Flag, "", "change nothing that is there"},
    {"remove-source-files", 0, None, Yes, &O::remove_source_files, Flag, "", "delete source files that were copied"},
    {"remove-sent-files", 0, None, Yes, &O::remove_sent_files, Flag, "", ""},
    {"del", 0, None, Yes, Special::DeleteDuring, Flag, "", "the same as --delete-during"},
    {"delete", 0, None, Yes, &O::delete_, Flag, "", "delete what the source does not have"},
    {"delete-before", 0, None, Yes, &O::delete_before, Flag, "", "delete first of all"},
    {"delete-during", 0, None, Yes, Special::DeleteDuring, Flag, "", "delete in each directory as it comes"},
    {"delete-delay", 0, None, Yes, &O::delete_delay, Flag, "", "find during the copy, delete after it"},
    {"delete-after", 0, None, Yes, &O::delete_after, Flag, "", "delete last of all"},
    {"delete-excluded", 0, None, Yes, Special::DeleteExcluded, Flag, "", "delete excluded names as well"},
    {"ignore-missing-args", 0, None, Yes, Special::IgnoreMissing, Flag, "", "accept sources that do not exist"},
    {"delete-missing-args", 0, None, Yes, Special::DeleteMissing, Flag, "", "delete sources that do not exist"},
    {"ignore-errors", 0, Long, Yes, &O::ignore_errors, Flag, "", "delete even after read errors"},
    {"force", 0, Long, Yes, &O::force, Flag, "", "let full directories make way for files"},
    {"max-delete", 0, None, Yes, Special::MaxDelete, Number, "NUM", "delete no more than NUM names"},
    {"max-size", 0, None, Yes, Special::MaxSize, Text, "SIZE", "leave larger files alone"},
    {"min-size", 0, None, Yes, Special::MinSize, Text, "SIZE", "leave smaller files alone"},
    // rsync's limit on a single allocation; arsync makes none that grows with the tree.
    {"max-alloc", 0, None, Remote, Special::MaxAlloc, Text, "SIZE", "rsync's limit of one allocation"},
    {"partial", 0, Long, Yes, &O::partial, Flag, "", "keep what was copied of a file when interrupted"},
    {"partial-dir", 0, None, Yes, Special::PartialDirectory, Text, "DIR", "keep it in DIR"},
    {"delay-updates", 0, Long, Yes, &O::delay_updates, Flag, "", "put all files into place at the end"},
    {"prune-empty-dirs", 'm', Both, Yes, &O::prune_empty, Flag, "", "leave out directories with no files"},
    {"numeric-ids", 0, Long, Yes, &O::numeric_ids, Flag, "", "owners by number, not by name"},
    {"usermap", 0, None, Yes, Special::UserMap, Text, "STRING", "change owners on the way"},
    {"groupmap", 0, None, Yes, Special::GroupMap, Text, "STRING", "change groups on the way"},
    {"chown", 0, None, Yes, Special::Chown, Text, "USER:GROUP", "change all owners and groups"},
    {"timeout", 0, Long, Remote, Nothing, Number, "SECONDS", "give up when the other side is silent"},
    {"contimeout", 0, Long, Yes, Special::DaemonOnly, Number, "SECONDS", "give up connecting to a daemon"},
    {"ignore-times", 'I', None, Yes, &O::ignore_times, Flag, "", "copy even if size and time are the same"},
    {"size-only", 0, None, Yes, &O::size_only, Flag, "", "compare by size alone"},
    {"modify-window", '@', None, Yes, Special::ModifyWindow, Number, "NUM", "how exactly times are compared"},
    {"temp-dir", 'T', None, Yes, Special::TemporaryDirectory, Text, "DIR", "make temporary files in DIR"},
    {"fuzzy", 'y', Both, Yes, &O::fuzzy, Flag, "", "look for a similar file to start from"},
    {"compare-dest", 0, None, Yes, Special::CompareDest, Text, "DIR", "leave out what is the same in DIR"},
    {"copy-dest", 0, None, Yes, Special::CopyDest, Text, "DIR", "copy what is the same from DIR"},
    {"link-dest", 0, None, Yes, Special::LinkDest, Text, "DIR", "hard-link what is the same in DIR"},
    {"compress", 'z', Both, Remote, &O::compress, Flag, "", "compress on the way"},
    {"new-compress", 0, None, Remote, Nothing, Flag, "", ""},
    {"old-compress", 0, None, Remote, Nothing, Flag, "", ""},
    {"compress-choice", 0, None, Remote, Special::CompressChoice, Text, "STR", "how to compress (aka --zc)"},
    {"zc", 0, None, Remote, Special::CompressChoice, Text, "", ""},
    {"compress-level", 0, None, Remote, Nothing, Number, "NUM", "how hard to compress (aka --zl)"},
    {"zl", 0, None, Remote, Nothing, Number, "", ""},
    {"compress-threads", 0, None, Remote, Nothing, Number, "NUM", "threads for compressing (aka --zt)"},
    {"zt", 0, None, Remote, Nothing, Number, "", ""},
    {"skip-compress", 0, None, Remote, Nothing, Text, "LIST", "name endings not to compress"},
    {"cvs-exclude", 'C', None, Yes, &O::cvs_exclude, Flag, "", "leave out what CVS leaves out"},
    {"filter", 'f', None, Yes, Special::Filter, Text, "RULE", "add a filter rule"},
    {"", 'F', None, Yes, Special::PerDirectoryFilter, Flag, "",
     "read rules from .rsync-filter files; -FF leaves them out"},
    {"exclude", 0, None, Yes, Special::Exclude, Text, "PATTERN", "leave out what matches PATTERN"},
    {"exclude-from", 0, None, Yes, Special::ExcludeFrom, Text, "FILE", "read such patterns from FILE"},
    {"include", 0, None, Yes, Special::Include, Text, "PATTERN", "do not leave out what matches PATTERN"},
    {"include-from", 0, None, Yes, Special::IncludeFrom, Text, "FILE", "read such patterns from FILE"},
    {"files-from", 0, None, Yes, Special::FilesFrom, Text, "FILE", "read the names to copy from FILE"},
    {"from0", '0', Long, Yes, &O::from0, Flag, "", "those files separate by NUL bytes"},
    {"old-args", 0, Long, Remote, &O::old_args, Flag, "", "quote remote arguments as of old"},
    {"secluded-args", 's', Both, Remote, &O::secluded_args, Flag, "", "send remote arguments safely"},
    {"protect-args", 0, Long, Remote, &O::secluded_args, Flag, "", ""},
    {"trust-sender", 0, None, Remote, Nothing, Flag, "", "do not check the remote sender's names"},
    {"copy-as", 0, None, Yes, Special::CopyAs, Text, "USER[:GROUP]", "copy with that user's rights"},
    {"address", 0, None, Remote, Nothing, Text, "ADDRESS", "own address to reach a daemon from"},
    {"port", 0, None, Remote, Nothing, Number, "PORT", "port of the daemon"},
    {"sockopts", 0, None, Remote, Nothing, Text, "OPTIONS", "TCP options"},
    {"blocking-io", 0, Long, Remote, Nothing, Flag, "", "blocking I/O for the remote shell"},
    {"outbuf", 0, None, Yes, Special::OutputBuffering, Text, "N|L|B", "write output at once, by line, in blocks"},
    {"stats", 0, None, Yes, &O::stats, Flag, "", "show statistics at the end"},
    {"8-bit-output", '8', Both, Yes, &O::eight_bit, Flag, "", "show bytes above 127 as they are"},
    {"human-readable", 'h', Both, Yes, &O::human_readable, Flag, "", "short numbers; -hh by 1024 (* -h alone is help)"},
    {"progress", 0, Long, Yes, &O::progress, Flag, "", "show progress of each file"},
    {"", 'P', None, Yes, Special::PartialProgress, Flag, "", "the same as --partial --progress"},
    {"itemize-changes", 'i', Both, Yes, &O::itemize, Flag, "", "tell what was different"},
    {"remote-option", 'M', None, Yes, Special::RemoteOption, Text, "OPT", "an option for the remote side only"},
    {"out-format", 0, None, Yes, Special::OutFormat, Text, "FORMAT", "tell updates in that format"},
    {"log-format", 0, None, Yes, Special::OutFormat, Text, "", ""},
    {"log-file", 0, None, Yes, Special::LogFile, Text, "FILE", "tell everything to a file as well"},
    {"log-file-format", 0, None, Yes, Special::LogFileFormat, Text, "FMT", "format for that"},
    {"password-file", 0, None, Yes, Special::DaemonOnly, Text, "FILE", "read a daemon's password from FILE"},
    {"early-input", 0, None, Remote, Nothing, Text, "FILE", "input for a daemon's early exec"},
    {"list-only", 0, None, Yes, &O::list_only, Flag, "", "list the source, copy nothing"},
    {"bwlimit", 0, Long, Yes, Special::BandwidthLimit, Text, "RATE", "limit the speed"},
    {"stop-after", 0, None, Yes, Special::StopAfter, Text, "MINS", "stop after so many minutes"},
    {"time-limit", 0, None, Yes, Special::StopAfter, Text, "", ""},
    {"stop-at", 0, None, Yes, Special::StopAt, Text, "y-m-dTh:m", "stop at that time"},
    {"fsync", 0, None, Yes, &O::fsync, Flag, "", "force each file to the disk"},
    {"write-batch", 0, None, Yes, Special::WriteBatch, Text, "FILE", "keep the update in FILE as well"},
    {"only-write-batch", 0, None, Yes, Special::OnlyWriteBatch, Text, "FILE", "keep the update in FILE only"},
    {"read-batch", 0, None, Yes, Special::ReadBatch, Text, "FILE", "apply such an update"},
    {"protocol", 0, None, Remote, Special::Protocol, Number, "NUM", "force an older protocol"},
    {"iconv", 0, Long, Yes, Special::Iconv, Text, "SPEC", "convert the character set of names"},
    {"checksum-seed", 0, None, Remote, Nothing, Number, "NUM", "seed of checksums on the wire"},
    {"ipv4", '4', None, Remote, Nothing, Flag, "", "prefer IPv4"},
    {"ipv6", '6', None, Remote, Nothing, Flag, "", "prefer IPv6"},
    {"version", 'V', None, Yes, &O::version, Flag, "", "show the version"},
    {"help", 0, None, Yes, Special::Help, Flag, "", "show this help"},
    // Not in rsync's help, but taken by it.
    {"qsort", 0, None, Remote, Nothing, Flag, "", ""},
    {"msgs2stderr", 0, Long, Yes, Special::MessagesToError, Flag, "", ""},
    {"server", 0, None, Yes, Special::Daemon, Flag, "", ""},
    {"sender", 0, None, Yes, Special::Daemon, Flag, "", ""},
    {"daemon", 0, None, Yes, Special::Daemon, Flag, "", ""},
    {"config", 0, None, Yes, Special::Daemon, Text, "", ""},
    {"dparam", 0, None, Yes, Special::Daemon, Text, "", ""},
    {"detach", 0, None, Yes, Special::Daemon, Flag, "", ""},
    {"no-detach", 0, None, Yes, Special::Daemon, Flag, "", ""},
};

constexpr Option kOwnOptions[] = {
    {"source", 0, None, Yes, Special::SourceOperand, Text, "DIR", "copy the contents of DIR (or a file) ..."},
    {"destination", 0, None, Yes, Special::DestinationOperand, Text, "DIR", "... to here; instead of SRC and DEST"},
    {"jobs", 0, None, Yes, Special::Jobs, Number, "NUM", "work on NUM things at once"},
    {"max-files-in-flight", 0, None, Yes, Special::FilesInFlight, Number, "NUM", "work on NUM files at once at most"},
    {"copy-method", 0, None, Yes, Special::CopyMethod, Text, "METHOD", "auto, clone, kernel or readwrite"},
    {"io-engine", 0, None, Yes, Special::Engine, Text, "ENGINE", "large files: auto, uring or threads"},
    {"queue-depth", 0, None, Yes, Special::QueueDepth, Number, "NUM", "pieces of a large file on their way at once"},
    {"buffer-size", 0, None, Yes, Special::BufferSize, Size, "SIZE", "how large such a piece is"},
    {"drop-cache", 0, Long, Yes, &O::drop_cache, Flag, "", "leave the cache to other programs"},
    {"fileflags", 0, Long, Yes, &O::file_flags, Flag, "", "preserve file flags (macOS)"},
    {"force-change", 0, Long, Yes, &O::force_change, Flag, "", "change what is immutable as well (macOS)"},
    {"materialize", 0, Long, Yes, &O::materialize, Flag, "", "fetch files whose data is in iCloud (macOS)"},
    {"atomic", 0, None, Yes, &O::atomic, Flag, "", "a temporary file for each file, new directories too"},
    {"max-memory", 0, None, Yes, Special::MaxMemory, Size, "SIZE", "limit buffers, lists, waiting output (default: 256M)"},
};
// clang-format on

const Option* find_by_name(std::string_view name)
{
    for (const auto table : {rsync_options(), own_options()}) {
        const auto found = std::ranges::find(table, name, &Option::name);
        if (found != table.end()) return &*found;
    }
    return nullptr;
}

}  // namespace

std::span<const Option> rsync_options()
{
    return kRsyncOptions;
}

std::span<const Option> own_options()
{
    return kOwnOptions;
}

const Option* find_short(char letter)
{
    const auto* found = std::ranges::find(kRsyncOptions, letter, &Option::letter);
    return letter != 0 && found != std::end(kRsyncOptions) ? found : nullptr;
}

std::optional<Match> find_long(std::string_view name)
{
    if (name.empty()) return std::nullopt;
    if (const Option* option = find_by_name(name)) return Match{option, false};
    if (!name.starts_with("no-") || name.size() == 3) return std::nullopt;
    const std::string_view positive = name.substr(3);
    if (const Option* option = find_by_name(positive); option && option->negation != None) return Match{option, true};
    if (positive.size() > 1) return std::nullopt;
    const Option* option = find_short(positive[0]);
    return option && option->negation == Both ? std::optional(Match{option, true}) : std::nullopt;
}

std::string display_name(const Option& option, bool negated)
{
    if (option.name.empty()) return fmt::format("-{}{}", negated ? "-no-" : "", option.letter);
    if (negated) return fmt::format("--no-{}", option.name);
    if (option.letter == 0) return fmt::format("--{}", option.name);
    return fmt::format("--{} (-{})", option.name, option.letter);
}

}  // namespace arsync::cli
