#pragma once
// Hard-link groups of the source (-H). Whoever meets a member first copies it and leads; the others hang a follower on
// the group, which runs when the leader has finished. No worker waits.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/name.h"
#include "platform/metadata.h"
#include "sync/events.h"
#include "sync/node.h"

namespace arsync::sync {

struct Worker;

/// Where a group's file is at the destination.
struct LinkLeader {
    std::shared_ptr<DirectoryNode> directory;
    Name name;
    bool renewed = false;  // it is another file than was there before (in a dry run: would be)
};

struct LinkGroup {
    enum class State : std::uint8_t { Open, Copying, Ready };
    /// The leader is ready, or has failed (`nullptr`): then the follower tries to lead.
    using Follower = std::function<void(Worker& worker, const LinkLeader* leader)>;

    std::mutex mutex;
    State state = State::Open;
    std::optional<LinkLeader> leader;
    std::vector<Follower> followers;
    std::uint64_t members_seen = 0;
    std::shared_ptr<LinkGroupReport> report = std::make_shared<LinkGroupReport>();
};

class HardLinks {
public:
    /// The group of that file, made on first sight; forgotten once all its `link_count` names were seen.
    [[nodiscard]] std::shared_ptr<LinkGroup> find(platform::FileIdentity identity, std::uint32_t link_count);

private:
    static constexpr std::size_t kShards = 16;
    struct Shard {
        std::mutex mutex;
        std::map<platform::FileIdentity, std::shared_ptr<LinkGroup>> groups;
    };
    std::array<Shard, kShards> shards_;
};

}  // namespace arsync::sync
