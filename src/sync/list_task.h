#pragma once
// --list-only: the walk down the source alone. It tells each name with what is known about it, in rsync's order, and
// looks at no destination.

#include <memory>

#include "sync/context.h"
#include "sync/directory_task.h"

namespace arsync::sync {

[[nodiscard]] std::unique_ptr<Task> make_list_task(Context& context, Root root, Segment* segment);

}  // namespace arsync::sync
