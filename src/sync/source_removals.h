#pragma once
// Source files that --remove-source-files removes when the walk is over: those with several names, whose number would
// change while it is still looked at (-H).

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace arsync::sync {

struct EntryState;

class SourceRemovals {
public:
    void add(std::shared_ptr<EntryState> entry)
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(entry));
    }
    [[nodiscard]] std::vector<std::shared_ptr<EntryState>> take() { return std::exchange(waiting_, {}); }

private:
    std::mutex mutex_;
    std::vector<std::shared_ptr<EntryState>> waiting_;
};

}  // namespace arsync::sync
