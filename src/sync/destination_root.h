#pragma once
// The destination as typed: rsync's rules for what is opened, what is made, and when a single item gets its name.

#include <optional>

#include "sync/context.h"
#include "sync/directory_task.h"
#include "sync/operands.h"
#include "sync/roots.h"

namespace arsync::sync {

/// Opens or makes the destination of `root`, whose names are listed; in a dry run only decides where it would be.
[[nodiscard]] std::optional<RootFailure> open_destination(Context& context, Root& root, const Operands& operands,
                                                          Segment* segment);

/// The same where nothing is sent.
[[nodiscard]] std::optional<RootFailure> open_destination_of_nothing(Context& context, Root& root,
                                                                     const Operands& operands, Segment* segment);

}  // namespace arsync::sync
