#pragma once
// Deletions as a pass of their own over both trees: all before the transfer (--delete-before), or, for --max-delete, in
// one fixed order. One task, one directory after the other.

#include <memory>

#include "sync/context.h"
#include "sync/directory_task.h"
#include "sync/scheduler.h"

namespace arsync::sync {

[[nodiscard]] std::unique_ptr<Task> make_delete_pass(Context& context, Root root, Segment* segment);

}  // namespace arsync::sync
