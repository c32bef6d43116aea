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

/// The root of the transfer, made ready by roots.h: the node with its sources, the single operands, and which sources
/// give their contents.
struct Root {
    std::shared_ptr<DirectoryWork> work;
    std::vector<std::size_t> contents;  // sources to be listed
};

[[nodiscard]] std::unique_ptr<Task> make_root_task(Context& context, Root root, Segment* segment);
[[nodiscard]] std::unique_ptr<Task> make_directory_task(Context& context, Subdirectory subdirectory);

}  // namespace arsync::sync
