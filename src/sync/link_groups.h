#pragma once
// Hard-link groups at work: who leads, who follows, who waits (hard_links.h keeps the groups).

#include <memory>
#include <vector>

#include "sync/context.h"
#include "sync/cursor.h"
#include "sync/scheduler.h"

namespace arsync::sync {

/// Brings a member of `state->group` up to date: leads the group, follows its leader, or leaves that for later.
void join_group(const StatePointer& state, Worker& worker, Cursor& cursor);

/// After the walk: tasks for groups none of whose members was at the destination, and some of whose names are not in
/// the transfer. All of them tell in `segment`.
[[nodiscard]] std::vector<std::unique_ptr<Task>> make_waiting_group_tasks(Context& context, Segment* segment);

}  // namespace arsync::sync
