#pragma once
// Hard-link groups of the source (-H). Whoever meets a member first copies it and leads; the others hang a follower on
// the group, which runs when the leader has finished. No worker waits. Why a missing member may leave the lead to one
// that the destination has: docs/adr/0003-hard-links-led-by-arrival.md.

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

struct Cursor;
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
    using Follower = std::function<void(Worker& worker, const LinkLeader* leader, Cursor& cursor)>;

    std::mutex mutex;
    State state = State::Open;
    bool walk_over = false;  // no further member will come: who is asked next leads
    std::optional<LinkLeader> leader;
    std::vector<Follower> followers;
    std::uint64_t members_seen = 0;
    std::shared_ptr<LinkGroupReport> report = std::make_shared<LinkGroupReport>();
};

class HardLinks {
public:
    struct Membership {
        std::shared_ptr<LinkGroup> group;
        bool last = false;  // all names of the file were seen
    };

    /// The group of that file, made on first sight; forgotten once all its `link_count` names were seen.
    [[nodiscard]] Membership join(platform::FileIdentity identity, std::uint32_t link_count);

    /// Whether so few groups wait that one more may: what waits takes memory, about a KiB.
    [[nodiscard]] bool may_wait();
    /// The group has members but no leader yet.
    void wait(std::shared_ptr<LinkGroup> group);
    /// Those groups, once the walk is over; some have found a leader meanwhile.
    [[nodiscard]] std::vector<std::shared_ptr<LinkGroup>> take_waiting();

private:
    static constexpr std::size_t kShards = 16;
    static constexpr std::size_t kMostWaiting = 20'000;
    struct Shard {
        std::mutex mutex;
        std::map<platform::FileIdentity, std::shared_ptr<LinkGroup>> groups;
    };
    std::array<Shard, kShards> shards_;
    std::mutex waiting_mutex_;
    std::vector<std::shared_ptr<LinkGroup>> waiting_;
};

}  // namespace arsync::sync
