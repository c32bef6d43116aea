#include "sync/hard_links.h"

#include <utility>

namespace arsync::sync {

std::shared_ptr<LinkGroup> HardLinks::join(platform::FileIdentity identity, std::uint32_t link_count)
{
    auto& shard = shards_[identity.inode % kShards];
    const std::lock_guard lock(shard.mutex);
    const auto place = shard.groups.try_emplace(identity).first;
    if (!place->second) {
        place->second = std::make_shared<LinkGroup>();
        place->second->open_ended = open_ended_;
        if (told_) {
            place->second->report = std::make_shared<LinkGroupReport>();
            place->second->report->open_ended = open_ended_;
        }
    }
    auto group = place->second;
    if (++group->members_seen >= link_count && !open_ended_) shard.groups.erase(place);
    return group;
}

bool HardLinks::may_wait()
{
    const std::lock_guard lock(waiting_mutex_);
    return waiting_.size() < kMostWaiting;
}

void HardLinks::wait(std::shared_ptr<LinkGroup> group)
{
    const std::lock_guard lock(waiting_mutex_);
    waiting_.push_back(std::move(group));
}

std::vector<std::shared_ptr<LinkGroup>> HardLinks::take_waiting()
{
    const std::lock_guard lock(waiting_mutex_);
    return std::exchange(waiting_, {});
}

}  // namespace arsync::sync
