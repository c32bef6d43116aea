#pragma once
// The command line as it was understood, before it is checked as a whole (see job_builder.h).

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "cli/info_words.h"
#include "report/exit_code.h"

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

struct Options {
    std::vector<std::string> operands;
    std::optional<std::string> source;       // --source
    std::optional<std::string> destination;  // --destination

    bool help = false;
    bool version = false;
    bool info_help = false;

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

    // When something counts as the same.
    bool checksum = false;
    bool size_only = false;
    bool ignore_times = false;
    bool update = false;

    // What is preserved.
    bool links = false;
    bool perms = false;
    bool times = false;
    bool omit_dir_times = false;
    bool omit_link_times = false;
    bool crtimes = false;
    bool file_flags = false;
    bool owner = false;
    bool group = false;
    bool devices = false;
    bool specials = false;
    bool hard_links = false;
    bool acls = false;
    bool xattrs = false;
    bool numeric_ids = false;  // no effect: source and destination share their users

    // How it is written and deleted.
    bool dry_run = false;
    bool inplace = false;
    bool sparse = false;
    bool atomic = false;
    bool force_change = false;
    bool partial = false;
    bool no_whole_file = false;
    bool delete_ = false;
    bool delete_during = false;
    bool delete_excluded = false;
    bool ignore_errors = false;
    bool force = false;
    std::optional<std::uint64_t> max_delete;
    std::string copy_method = "auto";
    unsigned jobs = 0;
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

    // Options that are known but cannot be done yet, as the user knows them: "--backup (-b)".
    std::vector<std::string> not_yet;
};

}  // namespace arsync::cli
