#pragma once
// What the engine tells while it works. All calls but none of the counters come one at a time, and in rsync's order
// (a directory's own entry, its deletions, its files, its directories with their contents), although the work behind
// them was done in parallel and in another order.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "platform/copy.h"
#include "platform/metadata.h"

namespace arsync::sync {

/// What was done to an item: the first column of rsync's -i.
enum class Update : std::uint8_t {
    None,         // '.', nothing or only attributes
    Transfer,     // '>', data was copied
    LocalChange,  // 'c', created or changed without copying data
    HardLink,     // 'h', made a hard link to an item told before
};

/// What was different: the other columns of rsync's -i.
enum class Change : std::uint16_t {
    Created = 1 << 0,        // all columns '+'
    Content = 1 << 1,        // c: checksum differs (-c), or the value of a link or device
    Size = 1 << 2,           // s
    Time = 1 << 3,           // t
    TransferTime = 1 << 4,   // T: the time is not preserved
    Mode = 1 << 5,           // p
    User = 1 << 6,           // o
    Group = 1 << 7,          // g
    Acl = 1 << 8,            // a
    Xattr = 1 << 9,          // x
    CreationTime = 1 << 10,  // n
    Flags = 1 << 11,         // f, a column that only --fileflags adds
    AccessTime = 1 << 12,    // u; b if the creation time differs as well
};

class Changes {
public:
    constexpr Changes() = default;
    constexpr Changes& add(Change change)
    {
        bits_ = static_cast<std::uint16_t>(bits_ | static_cast<std::uint16_t>(change));
        return *this;
    }
    constexpr void remove(Change change)
    {
        bits_ = static_cast<std::uint16_t>(bits_ & ~static_cast<std::uint16_t>(change));
    }
    [[nodiscard]] constexpr bool has(Change change) const { return (bits_ & static_cast<std::uint16_t>(change)) != 0; }
    [[nodiscard]] constexpr bool none() const { return bits_ == 0; }
    friend constexpr bool operator==(Changes, Changes) = default;

private:
    std::uint16_t bits_ = 0;
};

/// One name of the source, dealt with. Views are good during the call only.
struct Item {
    Update update = Update::None;
    Changes changes;
    std::string_view path;         // transfer name: "a/b"; "." for the root; no trailing '/'
    std::string_view target_path;  // what it is called at the destination; only if wants_unchanged()
    std::string_view link_target;  // of a symlink; of a HardLink the transfer name of the item it was linked to
    platform::Metadata metadata;   // of the source; at least the type is known
    std::uint64_t bytes_copied = 0;
    bool in_place = false;       // a HardLink that was one before; link_target is then the symlink's own, if any
    bool mended = false;         // with -c: the part of its time below a second, which `changes` leaves out
    bool as_before = false;      // new here, but as an alternate tree (--link-dest) has it: nothing to tell by default
    std::string_view long_name;  // where it is in the source, beginning as typed; only if wanted
    std::string_view digest;     // of a file's content, see Job::digests; empty: not known
};

enum class NoticeKind : std::uint8_t {
    SkippedNonRegular,   // no option allows a link, device or special file
    SkippedDirectory,    // a directory without -r
    UnsafeCopied,        // --copy-unsafe-links: what the link leads to is copied
    UnsafeIgnored,       // --safe-links left the link out
    UnsafeNotKept,       // likewise, of -b
    CreatedDestination,  // the destination directory was made; --mkpath: `count` directories for it
    UpToDate,            // -vv: "NAME is uptodate"
    Exists,              // --ignore-existing kept it
    Newer,               // -u kept it
    NotCreated,          // --existing left it out
    TooLarge,            // --max-size left it alone
    TooSmall,            // --min-size
    SecondWay,           // a directory left out because its files are reached another way as well
    BackedUp,            // -b kept it; `text` is where
    BackupDirectory,     // --backup-dir; `count` is 1 if it was there before
    SourceRemoved,       // --remove-source-files
    MountPointKept,      // deletion spared a mount point
    DirectoryNotEmpty,   // deletion left a directory: something in it is protected or could not be removed
    DeletionSkipped,     // deletion stopped after an error; no path
    RuleHides,           // a filter rule decided (only if wants_rules()): `text` is its pattern
    RuleShows,
    RuleProtects,  // the same at the destination, against deletion
    RuleRisks,
    NotInBatch,     // --read-batch: a file is to be transferred, and the batch has no data of it
    NotFromBatch,   // it has, and the file is not to be transferred
    DeletionLimit,  // --max-delete reached; `count` tells how many were skipped
};

struct Notice {
    NoticeKind kind;
    std::string_view path;  // transfer name, except CreatedDestination: as typed
    platform::FileType type = platform::FileType::Unknown;
    std::uint64_t count = 0;
    std::string_view text = {};
};

/// --list-only: one name of the source.
struct Listed {
    std::string_view path;         // as in Item
    std::string_view link_target;  // of a symlink, if links are preserved
    platform::Metadata metadata;
    bool missing = false;  // --delete-missing-args: the user named it, and it does not exist
};

struct Failure {
    std::string message;   // complete sentence without program name: cannot open "/abs/path": Permission denied (13)
    bool warning = false;  // nothing was lost: a vanished file
};

/// Counters that grow while the run works; read by any thread at any time.
struct Progress {
    struct ByType {
        std::atomic<std::uint64_t> regular = 0;
        std::atomic<std::uint64_t> directories = 0;
        std::atomic<std::uint64_t> links = 0;
        std::atomic<std::uint64_t> devices = 0;
        std::atomic<std::uint64_t> specials = 0;

        void add(platform::FileType type);
        [[nodiscard]] std::uint64_t total() const;
    };

    ByType found;  // names of the source that take part
    ByType created;
    ByType deleted;
    std::atomic<std::uint64_t> done = 0;           // names dealt with
    std::atomic<std::uint64_t> in_flight = 0;      // files being copied
    std::atomic<std::uint64_t> files_copied = 0;   // regular files whose data was transferred
    std::atomic<std::uint64_t> bytes_found = 0;    // size of all regular files and links found
    std::atomic<std::uint64_t> bytes_to_copy = 0;  // size of the files that are or were transferred
    std::atomic<std::uint64_t> bytes_copied = 0;   // data that has reached the destination
    std::atomic<std::uint64_t> bytes_matched = 0;  // of those, what an old file had already (the delta algorithm)
    std::atomic<std::uint64_t> blocks_matched = 0;
    std::atomic<std::uint64_t> bytes_settled = 0;  // size of the files that needed no copy
    std::atomic<std::uint64_t> name_bytes = 0;     // length of all names found
    std::atomic<std::uint64_t> failures = 0;
    /// Of bytes_found, what is dealt with.
    [[nodiscard]] std::uint64_t bytes_done() const { return bytes_settled + bytes_copied; }

    std::atomic<bool> walk_complete = false;       // found and bytes_found are final
    std::atomic<std::uint64_t> by_method[4] = {};  // files copied, indexed by platform::CopyMethod
    std::atomic<int> clone_refusal = 0;            // errno of the last refused clone
    std::atomic<int> kernel_refusal = 0;           // and of the last refused kernel copy
    std::atomic<int> engine_refusal = 0;           // and of the engine that would have been better for large files
};

class Observer {
public:
    virtual ~Observer() = default;

    /// Whether item() is wanted at all; if not, the engine does not even collect for it.
    [[nodiscard]] virtual bool wants_items() const = 0;
    /// Whether item() is wanted for names with nothing to do as well (-ii, -vv).
    [[nodiscard]] virtual bool wants_unchanged() const = 0;
    /// Whether notices about names that were left alone are wanted (UpToDate, Exists, Newer, NotCreated).
    [[nodiscard]] virtual bool wants_skips() const = 0;

    /// Whether notices about what filter rules decided are wanted.
    [[nodiscard]] virtual bool wants_rules() const { return false; }
    /// Whether to be told, by a warning, of a file that will be tried once more.
    [[nodiscard]] virtual bool wants_second_attempts() const { return true; }
    /// Whether items need their long_name.
    [[nodiscard]] virtual bool wants_long_names() const { return false; }

    /// The destination is open and work begins.
    virtual void started(const Progress& progress) = 0;
    virtual void item(const Item& item) = 0;
    virtual void deleted(std::string_view path, platform::FileType type) = 0;
    virtual void notice(const Notice& notice) = 0;
    virtual void failure(const Failure& failure) = 0;
    virtual void listed(const Listed& /*listed*/) {}
    /// About ten times a second, from the thread that called run().
    virtual void tick() = 0;
    /// The user asks how far it is (Ctrl-T on macOS), from the same thread.
    virtual void report() {}
};

}  // namespace arsync::sync
