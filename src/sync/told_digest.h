#pragma once
// The checksum of a file for reports that tell it (%C). The file is read once more for it: rsync computes it while data
// goes through a pipe, which a clone or a copy in the kernel never does.

#include <string>

#include "sync/entry_state.h"

namespace arsync::sync {

/// Empty if nobody wants it, or if the source's file cannot be read (any more).
[[nodiscard]] std::string told_digest(const EntryState& state, Update update, bool untouched);

}  // namespace arsync::sync
