#pragma once
// A task's place in the output while it works through a directory, and entries that are finished later than their turn.

#include <memory>

#include "sync/context.h"
#include "sync/entry_state.h"

namespace arsync::sync {

/// Where a task is in the output; moves on when something in the middle has to wait.
struct Cursor {
    Segment* segment;

    /// Splits the place: what is told from now on comes after what will be told in the returned segment.
    [[nodiscard]] Segment* split(Context& context);
};

using StatePointer = std::shared_ptr<EntryState>;

/// The entry goes to whoever finishes it later, with a place in the output; its directory waits for that.
[[nodiscard]] Segment* defer(EntryState& state, Cursor& cursor);
void end_deferred(EntryState& state, Segment* segment);

}  // namespace arsync::sync
