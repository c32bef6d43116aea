#pragma once
// The names that --delete-delay has found.

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/name.h"
#include "platform/metadata.h"
#include "rules/filter.h"
#include "sync/node.h"

namespace arsync::sync {

struct SurplusName {
    Name name;
    platform::FileType type;
};

/// The surplus of one directory, or of a stretch of it, in the order in which it is removed.
struct DelayedDeletion {
    std::shared_ptr<DirectoryNode> node;
    std::string path;  // transfer path
    std::shared_ptr<const rules::FilterContext> filters;
    std::vector<SurplusName> names;
    std::size_t number = 0;  // among those that are kept: of one directory, the first comes first
};

class DelayedDeletions {
public:
    void add(DelayedDeletion found)
    {
        const std::lock_guard lock(mutex_);
        found.number = found_.size();
        found_.push_back(std::move(found));
    }
    /// All of them, in no order.
    [[nodiscard]] std::vector<DelayedDeletion> take() { return std::exchange(found_, {}); }

private:
    std::mutex mutex_;
    std::vector<DelayedDeletion> found_;
};

}  // namespace arsync::sync
