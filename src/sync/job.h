#pragma once
// What is to be done: a plain value, validated, with nothing left to parse. Each policy is asked in one place.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/mode_changes.h"
#include "batch/reader.h"
#include "batch/writer.h"
#include "platform/copy.h"
#include "platform/data_pipeline.h"
#include "platform/path_policy.h"
#include "rules/filter.h"
#include "sync/id_map.h"

namespace arsync::sync {

/// What becomes of a source that the user names and that does not exist.
enum class MissingSource : std::uint8_t {
    Error,
    Ignore,  // --ignore-missing-args
    Delete,  // --delete-missing-args: its name is deleted at the destination
};

/// Which names take part.
struct Selection {
    bool recurse = false;                                 // -r
    unsigned one_file_system = 0;                         // -x; 2: leave out the mount points themselves
    bool existing_only = false;                           // --existing: create nothing
    bool ignore_existing = false;                         // --ignore-existing: change nothing that is there
    bool fetch_dataless = false;                          // --materialize: files whose data is elsewhere as well
    std::shared_ptr<const rules::FilterContext> filters;  // never null

    bool directories = false;  // -d: directories take part, without what is in them
    bool relative = false;     // -R: the paths as typed are made anew
    bool implied = true;       // false: with --no-implied-dirs what is above a typed name keeps its attributes
    bool prune_empty = false;  // -m: directories without a file somewhere below are left out
    MissingSource missing = MissingSource::Error;
    std::optional<std::vector<std::string>> names;  // --files-from: below the only source, nothing else
};

/// When a regular file counts as already the same.
struct Comparison {
    bool checksum = false;      // -c: by content alone
    bool size_only = false;     // --size-only
    bool ignore_times = false;  // -I
    bool update = false;        // -u: never replace a newer file
    /// --modify-window: times that differ by no more than so many seconds are equal; negative: to the nanosecond.
    std::int32_t modify_window = 0;
    std::optional<std::uint64_t> most;   // --max-size: larger files are left alone
    std::optional<std::uint64_t> least;  // --min-size: smaller ones
    bool longer = false;                 // --append: a file that is not longer has nothing to give
};

/// How the source is read.
struct Reading {
    bool device_contents = false;      // --copy-devices: a device is a file with its content
    bool leaves_access_times = false;  // --open-noatime
};

/// What becomes of symbolic links, besides Preservation::links.
struct Links {
    bool follow_all = false;             // -L
    bool follow_to_directories = false;  // -k
    bool follow_unsafe = false;          // --copy-unsafe-links
    bool skip_unsafe = false;            // --safe-links
    bool unmunge = false;                // --munge-links, which for whoever sends means taking the munging off
    bool munge = false;                  // -M--munge-links: at the destination it is put on
    bool keep_directories = false;       // -K: the destination's links to directories stand for them

    /// Whether links of the source may appear as what they lead to.
    [[nodiscard]] bool follow() const { return follow_all || follow_to_directories || follow_unsafe; }
};

/// Which attributes the destination shall share with the source.
struct Preservation {
    bool links = false;            // -l
    bool mode = false;             // -p
    bool executability = false;    // -E: without -p, whether a file can be executed
    bool times = false;            // -t
    bool directory_times = true;   // false with -O
    bool link_times = true;        // false with -J
    bool access_times = false;     // -U, never of directories
    bool creation_times = false;   // -N
    bool file_flags = false;       // --fileflags
    bool user = false;             // -o, where the process may give files away
    bool group = false;            // -g
    bool devices = false;          // --devices
    bool specials = false;         // --specials
    bool hard_links = false;       // -H
    bool acls = false;             // -A
    bool xattrs = false;           // -X
    bool xattrs_of_rsync = false;  // -XX: those in which rsync keeps what --fake-super is told
};

/// What the super-user may, whoever runs this.
struct Rights {
    std::optional<bool> super;      // --super: try it all the same; --no-super: do not, even if allowed
    bool fake_source = false;       // --fake-super: what the source would have had is in its xattrs,
    bool fake_destination = false;  // and goes there at the destination
};

/// How attributes are changed between source and destination.
struct Mapping {
    ModeChanges mode;      // --chmod
    IdRules users;         // --usermap, --chown
    IdRules groups;        // --groupmap, --chown
    bool numeric = false;  // --numeric-ids: for these rules ids have no names
};

/// How data gets to the destination.
struct Writing {
    bool inplace = false;        // --inplace: write over the old file
    bool into_devices = false;   // --write-devices: data of files may go into a device that has their name
    bool sparse = false;         // -S: zeros become holes
    bool keep_partial = false;   // --partial: an interrupted file takes its place as far as it came
    bool force_change = false;   // --force-change: immutable files and directories are changed all the same
    bool always_atomic = false;  // --atomic: temp file and rename even in directories made by this run
    platform::CopyPreference method = platform::CopyPreference::Auto;  // --copy-method
    platform::Caching caching = platform::Caching::Usual;              // --drop-cache
    platform::IoSettings io;                                           // --io-engine, --queue-depth, --buffer-size

    enum class Append : std::uint8_t { No, Blindly, Verified };
    Append append = Append::No;    // --append, --append-verify; with `inplace`
    bool whole_file = true;        // -W; false: by the delta against an old file
    std::uint32_t block_size = 0;  // -B; 0: rsync's rule
    /// -y: a similar file of the directory may be that old file; -yy: also one of the alternate trees.
    enum class Fuzzy : std::uint8_t { No, Here, Everywhere };
    Fuzzy fuzzy = Fuzzy::No;
    std::optional<std::string> temporary_dir;  // -T; relative to the destination
    std::string partial_dir;                   // --partial-dir; relative to each file's directory, unless absolute
    bool delay_updates = false;                // --delay-updates; with `partial_dir`
    bool preallocate = false;                  // --preallocate
    bool sync_files = false;                   // --fsync
    std::uint64_t bytes_per_second = 0;        // --bwlimit; 0: no limit
};

/// What becomes of a file that one of the alternate trees has as well.
enum class AlternateUse : std::uint8_t {
    None,
    Compare,  // --compare-dest: it is left out
    Copy,     // --copy-dest: it is copied from there
    Link,     // --link-dest: it is hard-linked from there
};

struct Alternates {
    AlternateUse use = AlternateUse::None;
    std::vector<std::string> directories;  // as typed: relative to the destination
};

/// Keeping what is replaced or deleted.
struct Backup {
    bool wanted = false;         // -b
    bool has_directory = false;  // --backup-dir
    std::string directory;       // as typed: relative to the destination
    std::string shown;           // the same, tidied, for messages
    std::string suffix;          // --suffix
};

enum class DeleteMoment : std::uint8_t {
    Never,
    Sure,    // --delete: in rsync's places, once the whole source was listed without an error
    During,  // --delete-during: per directory, without that certainty
    Before,  // --delete-before: all of it first, once the whole source was listed without an error
    Delay,   // --delete-delay: found as with During, removed when all else is done
    After,   // --delete-after: the same, by the rules that are in force then
};

struct Deletion {
    DeleteMoment moment = DeleteMoment::Never;
    std::shared_ptr<const rules::FilterContext> filters;  // as the destination sees them; null: Selection's
    std::optional<std::uint64_t> limit;                   // --max-delete
    bool ignore_errors = false;                           // --ignore-errors
    bool force = false;                                   // --force: a non-empty directory may make way for a file
};

/// The checksums of files that reports tell (%C). None: nobody wants them.
struct Digests {
    DigestKind kind = DigestKind::None;
    bool of_all_files = false;  // with -c; else of those that are transferred
};

struct Limits {
    unsigned workers = 0;                                          // --jobs; 0: by the number of cores
    unsigned files_in_flight = 0;                                  // --max-files-in-flight; 0: as many as help
    std::uint64_t memory = 0;                                      // --max-memory in bytes; 0: default
    std::optional<std::chrono::system_clock::time_point> stop_at;  // --stop-after, --stop-at
};

/// More threads than these are never wanted.
inline constexpr unsigned kMostJobs = 1024;

/// What --max-memory means, in bytes.
[[nodiscard]] inline std::uint64_t memory_limit(const Limits& limits)
{
    constexpr std::uint64_t kDefault = std::uint64_t{256} << 20;
    return limits.memory == 0 ? kDefault : limits.memory;
}

/// --read-batch, --write-batch, --only-write-batch.
struct Batch {
    std::shared_ptr<const batch::Reader> read;  // its names are the source, instead of `sources`
    std::shared_ptr<batch::Writer> written;     // what is transferred is kept in it, to be applied elsewhere
    bool only_written = false;                  // with dry_run: the destination is left alone, but the source is read
    std::string letters;                        // for the header of what is written
    std::string path;                           // absolute, for messages
};

struct Job {
    std::vector<std::string> sources;  // as typed; a trailing '/' means the contents
    std::string destination;
    bool dry_run = false;
    bool list_only = false;         // tell what the sources are, and look at no destination
    bool make_destination = false;  // --mkpath: all directories of the destination's path
    platform::PathPolicy paths;     // --insecure-links, --confine-root: for what the user names besides sources
    Selection selection;
    Comparison comparison;
    Reading reading;
    Links links;
    Preservation preservation;
    Mapping mapping;
    Rights rights;
    Writing writing;
    Alternates alternates;
    Backup backup;
    Deletion deletion;
    bool moving = false;               // --remove-source-files
    bool moves_special_files = false;  // but --remove-sent-files
    Digests digests;
    Limits limits;
    Batch batch;
    std::chrono::milliseconds tick{100};  // how often Observer::tick is called
};

}  // namespace arsync::sync
