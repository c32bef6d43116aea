#pragma once
// A pass over the whole source before the walk, which lists directories and does nothing else. Plain --delete needs it
// so that nothing is deleted unless all of it could be listed; it costs one getdents per directory, and deletions can
// then stand where rsync does and prints them. -m needs it to know which directories hold no file: it remembers only
// those, by their paths.

#include <memory>
#include <string>
#include <vector>

#include "sync/context.h"
#include "sync/directory_task.h"

namespace arsync::sync {

struct SurveyTroubles;

class Survey {
public:
    Survey(Context& context, const Root& root, Segment* segment);

    /// Sets Context::survey_failed if anything cannot be listed, and fills Context::pruned. Tells nothing.
    [[nodiscard]] std::unique_ptr<Task> task();

    /// After that: what could not be read in directories that are pruned. In all others the walk will tell it.
    [[nodiscard]] std::vector<std::unique_ptr<Task>> tell_of_pruned();

private:
    Context& context_;
    const Root& root_;
    Segment* segment_;
    std::shared_ptr<SurveyTroubles> troubles_;
};

/// -m: takes from the names of the directory `path` those that are directories without a file somewhere below.
void drop_pruned(const Context& context, SourceList& list, const std::string& path);

}  // namespace arsync::sync
