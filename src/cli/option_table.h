#pragma once
// Every option there is: rsync 3.5's and arsync's own, one row each. The parser, --help and the messages about what is
// not supported are made from it.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "cli/options.h"

namespace arsync::cli {

enum class Support : std::uint8_t {
    Yes,
    RemoteOnly,  // means something with a remote side or a running transfer protocol: accepted, without effect
};

/// Which of --no-LONG and --no-S exist.
enum class Negation : std::uint8_t { None, Long, Both };

/// What the text after an option has to be.
enum class Value : std::uint8_t { None, Text, Number, Size };

/// Options that do more than set a member of Options; see parser.cc.
enum class Special : std::uint8_t {
    Help,
    Archive,
    DevicesAndSpecials,
    PartialProgress,
    Acls,
    Super,
    FakeSuper,
    RemoteOption,
    CopyAs,
    Chmod,
    Chown,
    UserMap,
    GroupMap,
    Filter,
    Exclude,
    Include,
    ExcludeFrom,
    IncludeFrom,
    PerDirectoryFilter,
    DeleteDuring,
    DeleteExcluded,
    MaxDelete,
    Info,
    Debug,
    StandardError,
    OutputBuffering,
    ChecksumChoice,
    CompressChoice,
    BandwidthLimit,
    OutFormat,
    LogFile,
    LogFileFormat,
    MessagesToError,
    Iconv,
    MaxAlloc,
    Protocol,
    Daemon,
    ConfineRoot,
    DaemonOnly,
    SourceOperand,
    DestinationOperand,
    Recursive,
    OldDirectories,
    IgnoreMissing,
    DeleteMissing,
    FilesFrom,
    CopyMethod,
    Jobs,
    MaxMemory,
    Engine,
    QueueDepth,
    BufferSize,
    FilesInFlight,
    ModifyWindow,
    MaxSize,
    MinSize,
    CompareDest,
    CopyDest,
    LinkDest,
    BackupDir,
    Suffix,
    StopAfter,
    StopAt,
    // How data is written; see apply_writing.cc.
    Append,
    WholeFile,
    BlockSize,
    PartialDirectory,
    TemporaryDirectory,
    // See batch_options.h.
    WriteBatch,
    OnlyWriteBatch,
    ReadBatch,
};

using Action =
    std::variant<std::monostate, bool Options::*, unsigned Options::*, std::optional<bool> Options::*, Special>;

struct Option {
    std::string_view name;  // without dashes; empty: no long form
    char letter = 0;        // 0: no short form
    Negation negation = Negation::None;
    Support support = Support::Yes;
    Action action;
    Value value = Value::None;
    std::string_view value_name;  // for --help
    std::string_view help;        // empty: an alias or obsolete, not shown
    bool inverted = false;        // the row's name clears what its negation sets
};

[[nodiscard]] std::span<const Option> rsync_options();
[[nodiscard]] std::span<const Option> own_options();

struct Match {
    const Option* option;
    bool negated;
};

/// `name` without dashes: "archive", "no-perms", "no-p".
[[nodiscard]] std::optional<Match> find_long(std::string_view name);
[[nodiscard]] const Option* find_short(char letter);

/// "--backup (-b)", "--no-whole-file", "-F".
[[nodiscard]] std::string display_name(const Option& option, bool negated);

}  // namespace arsync::cli
