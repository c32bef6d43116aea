#pragma once
// Makes what an entry stands for at the destination, anew or for the first time: file, link or special file, with its
// attributes.

#include <cstdint>
#include <optional>

#include "sync/entry_state.h"
#include "sync/scheduler.h"

namespace arsync::sync {

struct MadeEntry {
    std::uint64_t bytes = 0;  // of data copied
    bool mismatch = false;    // see Copied
};

/// nullopt, and told, if it failed. In a dry run: whether it could be made, as far as that can be found out.
[[nodiscard]] std::optional<MadeEntry> make_entry(EntryState& state, Worker& worker, Segment* segment);

/// Written in place it is still the file that it was.
[[nodiscard]] bool is_written_in_place(const EntryState& state);

}  // namespace arsync::sync
