#pragma once
// What the user wants to see, decided by cli/.

#include <cstdint>

namespace arsync::report {

/// How numbers are printed: --no-h, default, -h, -hh.
enum class NumberStyle : std::uint8_t { Plain, Grouped, Decimal, Binary };

struct Settings {
    unsigned names = 0;         // 1: names of what changed (-v); 2: also what did not (-vv)
    unsigned itemize = 0;       // -i; 2 and more: also what did not change
    bool frame = false;         // -v: "sending incremental file list" ... "total size is"
    bool stats = false;         // --stats
    bool file_progress = false; // --progress
    bool total_progress = false;  // --info=progress2
    bool skips = false;         // -vv, --info=skip: why something was left alone
    bool non_regular = true;    // "skipping non-regular file"; off with --info=nonreg0
    bool deletions = false;     // -v, -i: deletions are told
    bool created_destination = false;  // "created directory DEST"
    bool mount_points = false;  // -vv
    bool quiet = false;         // -q: nothing but errors
    bool eight_bit = false;     // -8
    bool full_list = false;     // deletion before the transfer etc.: "building file list ... done"
    bool dry_run = false;
    bool live = false;          // a live line on the terminal, redrawn in place
    bool method = false;        // --stats also tells how data was copied
    NumberStyle numbers = NumberStyle::Grouped;
};

}  // namespace arsync::report
