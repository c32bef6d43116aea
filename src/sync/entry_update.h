#pragma once
// Brings one entry of a directory up to date: compares both sides, acts, tells.

#include <memory>
#include <optional>

#include "sync/attributes.h"
#include "sync/context.h"
#include "sync/directory_work.h"
#include "sync/hard_links.h"
#include "sync/placement.h"
#include "sync/scheduler.h"

namespace arsync::sync {

/// Where a task is in the output; moves on when something in the middle has to wait.
struct Cursor {
    Segment* segment;

    /// Splits the place: what is told from now on comes after what will be told in the returned segment.
    [[nodiscard]] Segment* split(Context& context);
};

/// Brings the entry `index` of `work`, which is no directory, up to date.
void update_entry(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work, std::size_t index,
                  Cursor& cursor);

/// After the walk: tasks for hard-link groups none of whose members was at the destination, and some of whose names are
/// not in the transfer. All of them tell in `segment`.
[[nodiscard]] std::vector<std::unique_ptr<Task>> make_waiting_group_tasks(Context& context, Segment* segment);

}  // namespace arsync::sync
