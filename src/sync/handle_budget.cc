#include "sync/handle_budget.h"

#include <algorithm>
#include <utility>

namespace arsync::sync {
namespace {

/// Descriptors that a worker needs at once: directories and files on both sides, with room for deletion.
constexpr std::uint64_t kPerWorker = 16;
/// Standard streams, event loop and what libraries open.
constexpr std::uint64_t kReserve = 32;
/// A node holds a source and a destination; merged sources are rare.
constexpr std::uint64_t kPerNode = 2;

std::size_t nodes_for(std::uint64_t descriptors, unsigned workers)
{
    const std::uint64_t taken = kReserve + kPerWorker * workers;
    const std::uint64_t left = descriptors > taken ? descriptors - taken : 0;
    return static_cast<std::size_t>(std::clamp<std::uint64_t>(left / kPerNode, 4, 4096));
}

}  // namespace

HandleBudget::HandleBudget(std::uint64_t descriptors, unsigned workers, std::function<void()> shortage)
    : limit_(nodes_for(descriptors, workers)), shortage_(std::move(shortage))
{
}

void HandleBudget::idle(const std::shared_ptr<DirectoryNode>& node)
{
    const std::lock_guard lock(mutex_);
    idle_.push_back(node);
    if (idle_.size() <= limit_) return;
    // Most nodes are done by now; close the oldest only if the list is really full.
    std::erase_if(idle_, [](const auto& entry) { return entry.expired(); });
    while (idle_.size() > limit_ / 2) {
        if (const auto oldest = idle_.front().lock()) oldest->let_go();
        idle_.pop_front();
    }
}

bool HandleBudget::make_room()
{
    const std::lock_guard lock(mutex_);
    std::erase_if(idle_, [](const auto& entry) { return entry.expired(); });
    if (idle_.empty()) return false;
    for (auto count = (idle_.size() + 1) / 2; count > 0; --count) {
        if (const auto oldest = idle_.front().lock()) oldest->let_go();
        idle_.pop_front();
    }
    return true;
}

}  // namespace arsync::sync
