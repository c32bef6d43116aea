#pragma once
// What a directory of the destination has and the source does not: found here, and removed at the moment that the user
// chose (DeleteMoment).

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sync/context.h"
#include "sync/directory_work.h"

namespace arsync::sync {

/// Whether each directory is rid of its surplus while it is worked on, and not in a pass of its own. A limit is kept to
/// in a pass: which names come first must not depend on how many workers there are.
[[nodiscard]] bool deletes_while_walking(const Deletion& deletion);

/// Removes the surplus of a listed directory now, or, with --delete-delay and --delete-after, keeps it for the end.
void delete_surplus(Context& context, DirectoryWork& work, Segment* segment);

/// What else is to be done in the directory, told in `segment`.
using NextStep = std::function<void(Worker& worker, Segment* segment)>;

/// The same, and then `next`. Several subtrees are removed by tasks of their own, and the last of these goes on.
void delete_surplus_first(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work,
                          Segment* segment, NextStep next);

/// What --delete-delay and --delete-after have kept: removed now, in rsync's order.
void remove_delayed(Context& context, Segment* segment);

/// Gives a directory the times of its source once more, after something was removed from it.
void put_times_again(Context& context, DirectoryNode& node, const platform::Directory& directory, Segment* segment);

}  // namespace arsync::sync
