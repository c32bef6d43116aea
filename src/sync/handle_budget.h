#pragma once
// Keeps the number of open directories below what the system allows. A directory that waits only for its children to
// be opened can be closed and opened again later; the one opened longest ago, nearest to the root, goes first.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "base/error.h"
#include "sync/node.h"

namespace arsync::sync {

class HandleBudget {
public:
    /// `descriptors` is the process's limit.
    HandleBudget(std::uint64_t descriptors, unsigned workers);

    /// `node` has done its own work and keeps its handles only for others.
    void idle(const std::shared_ptr<DirectoryNode>& node);

    /// Repeats `open` as long as it fails for want of descriptors and idle handles can be closed.
    template <class Open>
    auto with_room(Open open) -> decltype(open())
    {
        for (;;) {
            auto result = open();
            if (result || !out_of_descriptors(result.error()) || !make_room()) return result;
        }
    }

private:
    [[nodiscard]] static bool out_of_descriptors(const Error& error)
    {
        return error.is(std::errc::too_many_files_open) || error.is(std::errc::too_many_files_open_in_system);
    }
    /// Closes half of the idle handles; false if there were none.
    bool make_room();

    std::mutex mutex_;
    std::deque<std::weak_ptr<DirectoryNode>> idle_;
    const std::size_t limit_;
};

}  // namespace arsync::sync
