#include "sync/hard_links.h"

#include <utility>

namespace arsync::sync {

std::shared_ptr<LinkGroup> HardLinks::join(platform::FileIdentity identity, std::uint32_t link_count, bool open_ended)
{
    auto& shard = shards_[identity.inode % kShards];
    const std::lock_guard lock(shard.mutex);
    auto group = shard.groups[identity];
    if (!group) {
        group = std::make_shared<LinkGroup>();
        group->report->open_ended = open_ended;
        shard.groups[identity] = group;
    }
    if (++group->members_seen >= link_count && !open_ended) shard.groups.erase(identity);
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
