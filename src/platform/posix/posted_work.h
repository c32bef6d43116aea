#pragma once
// What other threads have handed over to an event loop.

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace arsync::platform {

class PostedWork {
public:
    /// True if the loop has to be woken up: it was empty before.
    [[nodiscard]] bool add(std::function<void()> work)
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(work));
        return waiting_.size() == 1;
    }

    /// True if the loop has to be woken up.
    [[nodiscard]] bool stop()
    {
        const std::lock_guard lock(mutex_);
        return !std::exchange(stopped_, true);
    }

    /// Does all that is waiting. True if the loop shall end; it may run again afterwards.
    [[nodiscard]] bool run()
    {
        std::vector<std::function<void()>> work;
        bool stopped = false;
        {
            const std::lock_guard lock(mutex_);
            work.swap(waiting_);
            stopped = std::exchange(stopped_, false);
        }
        for (const auto& piece : work) piece();
        return stopped;
    }

private:
    std::mutex mutex_;
    std::vector<std::function<void()>> waiting_;
    bool stopped_ = false;
};

}  // namespace arsync::platform
