#include "sync/hard_links.h"

namespace arsync::sync {

std::shared_ptr<LinkGroup> HardLinks::find(platform::FileIdentity identity, std::uint32_t link_count)
{
    auto& shard = shards_[identity.inode % kShards];
    const std::lock_guard lock(shard.mutex);
    auto& group = shard.groups[identity];
    if (!group) group = std::make_shared<LinkGroup>();
    auto result = group;
    if (++group->members_seen >= link_count) shard.groups.erase(identity);
    return result;
}

}  // namespace arsync::sync
