#pragma once
// What the user wants to see, decided by cli/. The levels that -v, -i, --progress, --stats and --info add up to are
// resolved there; here every kind of output has its own switch.

#include <cstdint>
#include <optional>
#include <string>

#include "base/digest.h"

namespace arsync::report {

/// How numbers are printed: --no-h, default, -h, -hh.
enum class NumberStyle : std::uint8_t { Plain, Grouped, Decimal, Binary };

/// When standard output is written: in blocks, after each line, or (on a terminal) a few times a second.
enum class Buffering : std::uint8_t { Block, Line };

struct Settings {
    unsigned names = 0;    // NAME; 1: names of what changed (-v); 2: also what did not (-vv)
    unsigned itemize = 0;  // -i; 2 and more: also what did not change
    /// Of a line for each update: --out-format, or what -i and -v mean. In the log file; nullopt: there is none.
    std::optional<std::string> format = std::nullopt;
    std::optional<std::string> log_format = std::nullopt;
    bool header = false;               // FLIST: "sending incremental file list"
    bool full_list = false;            // --no-inc-recursive: "building file list ... done" instead
    bool summary = false;              // STATS: "sent N bytes ...", "total size is N ..."
    bool stats = false;                // STATS2, --stats: the block before it
    bool file_progress = false;        // PROGRESS, --progress: a line for each transferred file
    bool total_progress = false;       // PROGRESS2: one line for everything
    bool skips = false;                // SKIP: why something was left alone
    bool non_regular = true;           // NONREG: "skipping non-regular file"
    bool unsafe_copied = false;        // SYMSAFE: links that --copy-unsafe-links takes for what they lead to
    bool flags_column = false;         // -i tells file flags as well
    bool access_column = false;        // --list-only tells access times as well
    bool backups = false;              // BACKUP
    bool removals = false;             // REMOVE
    bool deletions = false;            // DEL
    bool created_destination = false;  // "created directory DEST"
    bool whole_file = true;            // no delta algorithm
    bool delta_notes = false;          // -vv: rsync's two lines about its delta algorithm (--debug=flist ...
    bool delta_total = false;          // ... and =deltasum)
    bool filter_notes = false;         // --debug=filter, -vv: what a rule hides or protects
    bool exit_notes = false;           // --debug=exit, -vvv
    bool method = false;               // --stats also tells how data was copied
    bool second_attempts = false;      // warnings that a file will be tried again; rsync's -q does not stop them
    bool quiet = false;                // -q: nothing but errors; the log file is told all the same
    bool owners = false;               // -o and -g: these formats tell them
    bool groups = false;
    bool all_to_error = false;               // --stderr=all: standard output stays empty
    bool eight_bit = false;                  // -8
    DigestKind digest = DigestKind::Xxh128;  // %C tells it ...
    bool digest_of_all = false;              // ... with -c also of files that were not transferred
    bool dry_run = false;
    bool batch_only = false;  // --only-write-batch
    bool from_batch = false;  // --read-batch
    bool terminal = false;    // standard output is a terminal
    bool live = false;        // a live line on the terminal, redrawn in place
    Buffering buffering = Buffering::Block;
    NumberStyle numbers = NumberStyle::Grouped;
};

}  // namespace arsync::report
