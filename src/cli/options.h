#pragma once
// The command line as it was understood, before it is checked as a whole (see job_builder.h).

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "cli/debug_words.h"
#include "cli/info_words.h"
#include "platform/copy.h"
#include "platform/data_pipeline.h"
#include "report/exit_code.h"
#include "sync/job.h"

namespace arsync::cli {

/// A command line that is refused: told to the user as it stands, after the program's name.
struct UsageError {
    std::string message;
    report::ExitCode code = report::ExitCode::Usage;
};

using Outcome = std::expected<void, UsageError>;

[[nodiscard]] inline std::unexpected<UsageError> refuse(std::string message,
                                                        report::ExitCode code = report::ExitCode::Usage)
{
    return std::unexpected(UsageError{std::move(message), code});
}

/// One of the options whose order among themselves matters.
struct FilterOption {
    enum class Kind : std::uint8_t { Rule, Exclude, Include, ExcludeFrom, IncludeFrom };
    Kind kind;
    std::string text;

    friend bool operator==(const FilterOption&, const FilterOption&) = default;
};

/// An option as it was typed, with its value: for the script of --write-batch.
struct SpelledOption {
    std::string option;  // its long name; empty: several in one word
    std::vector<std::string> words;

    friend bool operator==(const SpelledOption&, const SpelledOption&) = default;
};

/// --usermap or --groupmap as typed, or what --chown means in that language.
struct IdMapOption {
    std::optional<std::string> text;
    bool by_chown = false;
};

/// --super, --no-super, --fake-super.
enum class SuperUser : std::uint8_t { Yes, No, Fake };

struct Options {
    std::vector<std::string> operands;
    std::optional<std::string> source;       // --source
    std::optional<std::string> destination;  // --destination

    bool help = false;
    unsigned version = 0;  // 2: as JSON
    bool info_help = false;
    bool debug_help = false;

    // Which names take part.
    bool recurse = false;
    bool no_incremental = false;  // --no-inc-recursive
    unsigned one_file_system = 0;
    bool existing = false;
    bool ignore_existing = false;
    std::vector<FilterOption> filters;
    unsigned per_directory_filters = 0;  // -F
    bool cvs_exclude = false;
    bool from0 = false;
    bool materialize = false;
    bool recurse_by_archive = false;  // -r came only with -a
    std::optional<bool> relative;     // -R; unset: as others imply
    std::optional<bool> directories;  // -d
    bool old_directories = false;     // --old-dirs: all of them, but only one level
    bool no_implied = false;          // --no-implied-dirs
    bool prune_empty = false;
    bool make_path = false;
    bool list_only = false;
    sync::MissingSource missing = sync::MissingSource::Error;
    std::optional<std::string> files_from;

    std::optional<std::string> write_batch;  // also of --only-write-batch
    bool only_write_batch = false;
    std::optional<std::string> read_batch;
    std::vector<SpelledOption> spelled;

    // When something counts as the same.
    bool checksum = false;
    bool size_only = false;
    bool ignore_times = false;
    bool update = false;

    // See apply_choosing.cc.
    std::int32_t modify_window = 0;
    std::optional<std::uint64_t> max_size;
    std::optional<std::uint64_t> min_size;
    std::string alternates_option;  // "compare-dest", "copy-dest" or "link-dest"
    std::vector<std::string> alternates;
    bool backup = false;
    std::optional<std::string> backup_dir;
    std::optional<std::string> suffix;
    bool delete_before = false;
    bool delete_delay = false;
    bool delete_after = false;
    bool remove_source_files = false;
    bool remove_sent_files = false;       // of old: special files stay
    std::optional<std::int64_t> stop_at;  // seconds since 1970

    // What is preserved.
    bool links = false;
    bool copy_links = false;
    bool copy_dirlinks = false;
    bool copy_unsafe_links = false;
    bool safe_links = false;
    bool munge_links = false;        // of the source: taken off
    bool munge_destination = false;  // put on
    bool keep_dirlinks = false;
    bool perms = false;
    bool executability = false;
    bool times = false;
    bool omit_dir_times = false;
    bool omit_link_times = false;
    bool crtimes = false;
    unsigned atimes = 0;  // -U; 2: --open-noatime as well
    bool open_noatime = false;
    bool file_flags = false;
    bool owner = false;
    bool group = false;
    bool devices = false;
    bool specials = false;
    bool drop_devices_and_specials = false;  // --drop-D
    bool hard_links = false;
    bool acls = false;
    unsigned xattrs = 0;                         // -X; 2: rsync's own as well
    std::optional<SuperUser> super;              // the last of these options
    std::optional<SuperUser> destination_super;  // the last of them after -M: a local copy's other side
    std::optional<std::string> copy_as;
    bool numeric_ids = false;  // only for the maps below: source and destination share their users

    // How it is changed on the way (attribute_options.h).
    std::vector<std::string> chmod;
    IdMapOption user_map;
    IdMapOption group_map;
    // How paths that the user names are followed.
    bool insecure_links = false;
    std::optional<std::string> confine_root;

    // Only checked; a local copy has no remote side.
    std::optional<std::string> iconv;
    std::optional<std::string> max_alloc;
    bool secluded_args = false;
    bool old_args = false;
    bool compress = false;
    std::string checksum_choice;  // empty: none
    std::string compress_choice;

    // How it is written and deleted.
    bool dry_run = false;
    bool inplace = false;
    bool copy_devices = false;
    bool write_devices = false;
    bool sparse = false;
    bool atomic = false;
    bool force_change = false;
    bool partial = false;
    bool delete_ = false;
    bool delete_during = false;
    bool delete_excluded = false;
    bool ignore_errors = false;
    bool force = false;
    std::optional<std::uint64_t> max_delete;
    unsigned append = 0;  // 2: --append-verify
    std::optional<bool> whole_file;
    std::uint32_t block_size = 0;
    unsigned fuzzy = 0;
    std::optional<std::string> temp_dir;
    std::optional<std::string> partial_dir;
    bool delay_updates = false;
    bool preallocate = false;
    bool fsync = false;
    std::uint64_t bandwidth = 0;  // bytes per second
    platform::CopyPreference copy_method = platform::CopyPreference::Auto;
    platform::IoSettings io;
    unsigned jobs = 0;
    unsigned files_in_flight = 0;
    bool drop_cache = false;
    std::uint64_t max_memory = 0;

    // What is shown.
    unsigned verbose = 0;
    bool quiet = false;
    unsigned itemize = 0;
    unsigned human_readable = 1;
    bool progress = false;
    bool stats = false;
    bool eight_bit = false;
    bool line_buffered = false;  // --outbuf=N or L
    InfoChoices info;
    DebugChoices debug;
    bool all_to_error = false;  // --stderr=all
    std::optional<std::string> out_format;
    std::optional<std::string> log_file;
    std::optional<std::string> log_file_format;
};

}  // namespace arsync::cli
