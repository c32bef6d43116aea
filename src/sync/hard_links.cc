#include "sync/hard_links.h"

#include <utility>

namespace arsync::sync {

HardLinks::Membership HardLinks::join(platform::FileIdentity identity, std::uint32_t link_count)
{
    auto& shard = shards_[identity.inode % kShards];
    const std::lock_guard lock(shard.mutex);
    auto& group = shard.groups[identity];
    if (!group) group = std::make_shared<LinkGroup>();
    Membership membership{group, ++group->members_seen >= link_count};
    if (membership.last) shard.groups.erase(identity);
    return membership;
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
