#pragma once
// Keeps the number of open directories below what the system allows. A directory that waits only for its children to
// be opened can be closed and opened again later; the one opened longest ago, nearest to the root, goes first.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "sync/node.h"

namespace arsync::sync {

class HandleBudget {
public:
    /// `descriptors` is the process's limit; `shortage` is called when closing handles has not helped.
    HandleBudget(std::uint64_t descriptors, unsigned workers, std::function<void()> shortage);

    /// `node` has done its own work and keeps its handles only for others.
    void idle(const std::shared_ptr<DirectoryNode>& node);

    /// Repeats `open` if it fails for want of descriptors or memory: after closing idle handles, or, where there are
    /// none, after a pause in which the other workers may be done with theirs. A file is not given up as long as that
    /// can help.
    template <class Open>
    auto with_room(Open open) -> decltype(open())
    {
        for (int pauses = 0;;) {
            auto result = open();
            if (result || !is_shortage(result.error())) return result;
            if (make_room()) continue;
            shortage_();
            if (++pauses > kPauses) return result;
            std::this_thread::sleep_for(kPause);
        }
    }

private:
    static constexpr int kPauses = 50;
    static constexpr std::chrono::milliseconds kPause{2};

    [[nodiscard]] static bool is_shortage(const Error& error)
    {
        return error.is(std::errc::too_many_files_open) || error.is(std::errc::too_many_files_open_in_system) ||
               error.is(std::errc::not_enough_memory);
    }
    /// Closes half of the idle handles; false if there were none.
    bool make_room();

    std::mutex mutex_;
    std::deque<std::weak_ptr<DirectoryNode>> idle_;
    const std::size_t limit_;
    const std::function<void()> shortage_;
};

}  // namespace arsync::sync
