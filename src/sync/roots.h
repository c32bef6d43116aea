#pragma once
// From the operands as typed to an open root: what is copied from where, and where it goes. rsync's rules for trailing
// slashes, several sources, and destinations that do not exist yet.

#include <expected>
#include <string>

#include "sync/context.h"
#include "sync/directory_task.h"
#include "sync/run.h"

namespace arsync::sync {

/// Why a run cannot begin; the message is for the user, without program name.
struct RootFailure {
    Ending ending = Ending::BadSelection;
    std::string message;
    bool untrusted = false;  // because of a link that is not followed
};

/// Looks at all operands, opens or makes the destination. A source that does not exist is told and left out.
[[nodiscard]] std::expected<Root, RootFailure> open_roots(Context& context, Segment* segment);

}  // namespace arsync::sync
