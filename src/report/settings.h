#pragma once
// What the user wants to see, decided by cli/. The levels that -v, -i, --progress, --stats and --info add up to are
// resolved there; here every kind of output has its own switch.

#include <cstdint>

namespace arsync::report {

/// How numbers are printed: --no-h, default, -h, -hh.
enum class NumberStyle : std::uint8_t { Plain, Grouped, Decimal, Binary };

/// When standard output is written: in blocks, after each line, or (on a terminal) a few times a second.
enum class Buffering : std::uint8_t { Block, Line };

struct Settings {
    unsigned names = 0;                // NAME; 1: names of what changed (-v); 2: also what did not (-vv)
    unsigned itemize = 0;              // -i; 2 and more: also what did not change
    bool header = false;               // FLIST: "sending incremental file list"
    bool full_list = false;            // --no-inc-recursive: "building file list ... done" instead
    bool summary = false;              // STATS: "sent N bytes ...", "total size is N ..."
    bool stats = false;                // STATS2, --stats: the block before it
    bool file_progress = false;        // PROGRESS, --progress: a line for each transferred file
    bool total_progress = false;       // PROGRESS2: one line for everything
    bool skips = false;                // SKIP: why something was left alone
    bool non_regular = true;           // NONREG: "skipping non-regular file"
    bool flags_column = false;         // -i tells file flags as well
    bool deletions = false;            // DEL
    bool created_destination = false;  // "created directory DEST"
    bool delta_notes = false;          // -vv: rsync's two lines about its delta algorithm
    bool method = false;               // --stats also tells how data was copied
    bool quiet = false;                // -q: nothing but errors
    bool eight_bit = false;            // -8
    bool dry_run = false;
    bool terminal = false;  // standard output is a terminal
    bool live = false;      // a live line on the terminal, redrawn in place
    Buffering buffering = Buffering::Block;
    NumberStyle numbers = NumberStyle::Grouped;
};

}  // namespace arsync::report
