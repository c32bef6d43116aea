#pragma once
// The first pass of --delete: lists the whole source, and nothing else, so that nothing is deleted unless all of it
// could be listed. It costs one getdents per directory; deletions can then stand where rsync does and prints them.

#include <memory>

#include "sync/context.h"
#include "sync/directory_task.h"

namespace arsync::sync {

/// Sets Context::survey_failed if anything cannot be listed.
[[nodiscard]] std::unique_ptr<Task> make_survey_task(Context& context, const Root& root, Segment* segment);

}  // namespace arsync::sync
