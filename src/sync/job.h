#pragma once
// What is to be done: a plain value, validated, with nothing left to parse. Each policy is asked in one place.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/copy.h"
#include "rules/filter.h"

namespace arsync::sync {

/// Which names take part.
struct Selection {
    bool recurse = false;                                 // -r
    unsigned one_file_system = 0;                         // -x; 2: leave out the mount points themselves
    bool existing_only = false;                           // --existing: create nothing
    bool ignore_existing = false;                         // --ignore-existing: change nothing that is there
    bool fetch_dataless = false;                          // --materialize: files whose data is elsewhere as well
    std::shared_ptr<const rules::FilterContext> filters;  // never null
};

/// When a regular file counts as already the same.
struct Comparison {
    bool checksum = false;      // -c: by content alone
    bool size_only = false;     // --size-only
    bool ignore_times = false;  // -I
    bool update = false;        // -u: never replace a newer file
};

/// Which attributes the destination shall share with the source.
struct Preservation {
    bool links = false;           // -l
    bool mode = false;            // -p
    bool times = false;           // -t
    bool directory_times = true;  // false with -O
    bool link_times = true;       // false with -J
    bool creation_times = false;  // -N
    bool file_flags = false;      // --fileflags
    bool user = false;            // -o, where the process may give files away
    bool group = false;           // -g
    bool devices = false;         // --devices
    bool specials = false;        // --specials
    bool hard_links = false;      // -H
    bool acls = false;            // -A
    bool xattrs = false;          // -X
};

/// How data gets to the destination.
struct Writing {
    bool inplace = false;        // --inplace: write over the old file
    bool sparse = false;         // -S: zeros become holes
    bool keep_partial = false;   // --partial: an interrupted file takes its place as far as it came
    bool force_change = false;   // --force-change: immutable files and directories are changed all the same
    bool always_atomic = false;  // --atomic: temp file and rename even in directories made by this run
    platform::CopyPreference method = platform::CopyPreference::Auto;  // --copy-method
};

enum class DeleteMoment : std::uint8_t {
    Never,
    Sure,    // --delete: in rsync's places, once the whole source was listed without an error
    During,  // --delete-during: per directory, without that certainty
};

struct Deletion {
    DeleteMoment moment = DeleteMoment::Never;
    std::shared_ptr<const rules::FilterContext> filters;  // as the destination sees them; null: Selection's
    std::optional<std::uint64_t> limit;                   // --max-delete
    bool ignore_errors = false;                           // --ignore-errors
    bool force = false;                                   // --force: a non-empty directory may make way for a file
};

struct Limits {
    unsigned workers = 0;      // --jobs; 0: by the number of cores
    std::uint64_t memory = 0;  // --max-memory in bytes; 0: default
};

struct Job {
    std::vector<std::string> sources;  // as typed; a trailing '/' means the contents
    std::string destination;
    bool dry_run = false;
    Selection selection;
    Comparison comparison;
    Preservation preservation;
    Writing writing;
    Deletion deletion;
    Limits limits;
    std::chrono::milliseconds tick{100};  // how often Observer::tick is called
};

}  // namespace arsync::sync
