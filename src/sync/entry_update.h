#pragma once
// Brings one entry of a directory up to date: compares both sides, acts, tells.

#include <memory>

#include "sync/context.h"
#include "sync/cursor.h"
#include "sync/directory_work.h"
#include "sync/scheduler.h"

namespace arsync::sync {

/// Brings the entry `index` of `work`, which is no directory, up to date.
void update_entry(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work, std::size_t index,
                  Cursor& cursor);

}  // namespace arsync::sync
