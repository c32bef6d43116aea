#pragma once
// One directory of the transfer: opens both sides, lists, deletes, brings its entries up to date and starts its
// subdirectories.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sync/context.h"
#include "sync/directory_work.h"
#include "sync/scheduler.h"
#include "sync/subdirectory.h"

namespace arsync::sync {

/// The root of the transfer, made ready by roots.h.
struct Root {
    std::shared_ptr<DirectoryWork> work;  // listed already
    bool takes_part = false;              // itself, as "./"
    bool has_contents = false;            // an operand gives its contents
    bool complete = true;                 // all of them were listed without an error
    bool named = false;                   // "./" or a missing name is all that is sent: the destination is its new name
};

[[nodiscard]] std::unique_ptr<Task> make_root_task(Context& context, Root root, Segment* segment);
[[nodiscard]] std::unique_ptr<Task> make_directory_task(Context& context, Subdirectory subdirectory);

}  // namespace arsync::sync
