#pragma once
// --remove-source-files: a file of the source goes once it is at the destination, and only if it is still the file
// that was copied.

#include "sync/entry_state.h"

namespace arsync::sync {

/// To be called when the update of an entry has ended: removes its source if that is asked for and safe.
void after_update(EntryState& state, Segment* segment, Updated updated);

/// The same for a file that gets its place at the end (--delay-updates): to be called then.
[[nodiscard]] LateWork::Then removal_after_placing(const EntryState& state);

/// Removes what had to wait for the end of the walk.
void remove_waiting_sources(Context& context, Segment* segment);

}  // namespace arsync::sync
