#pragma once
// Entries that may wait long, and so may many others: without the listing and the handles of their directory.

#include <memory>

#include "sync/cursor.h"
#include "sync/entry_state.h"

namespace arsync::sync {

/// The same entry, alone. Who keeps it has to retain its directory.
[[nodiscard]] StatePointer detached(const EntryState& state);
/// Gives a detached entry its directories back; false, and told, if they cannot be opened.
[[nodiscard]] bool attach(EntryState& state, Segment* segment);

}  // namespace arsync::sync
