#pragma once
// Hard-link groups of the source (-H). Whoever meets a member first copies it and leads; the others hang a follower on
// the group, which runs when the leader has finished. No worker waits. Why a missing member may leave the lead to one
// that the destination has: docs/adr/0003-hard-links-led-by-arrival.md.

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
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
    Update update = Update::None;
    Changes changes = {};
    /// The file of an alternate tree that it is made from.
    std::optional<platform::FileIdentity> alternate = std::nullopt;
};

struct LinkGroup {
    enum class State : std::uint8_t { Open, Copying, Ready };
    /// The leader is ready, or has failed (`nullptr`): then the follower tries to lead.
    using Follower = std::function<void(Worker& worker, const LinkLeader* leader, Cursor& cursor)>;

    std::mutex mutex;
    std::uint32_t members_seen = 0;
    std::uint32_t members_asked = 0;  // who may lead: they lead, follow or wait
    State state = State::Open;
    bool walk_over = false;   // no further member will come: who is asked next leads
    bool open_ended = false;  // it may have more members than its file has names
    std::optional<LinkLeader> leader;
    std::vector<Follower> followers;
    std::shared_ptr<LinkGroupReport> report;  // null where nobody is told of items
};

class HardLinks {
public:
    /// `open_ended`: through links that are followed a file may appear more often than it has names; `told`: somebody
    /// wants to know of each item.
    explicit HardLinks(bool open_ended = false, bool told = false) : open_ended_(open_ended), told_(told) {}

    /// The group of that file, made on first sight; forgotten once all its `link_count` names were seen, unless groups
    /// are open-ended.
    [[nodiscard]] std::shared_ptr<LinkGroup> join(platform::FileIdentity identity, std::uint32_t link_count);

    /// A directory of the transfer was there before the run: members may be found in it.
    void note_old_directory() { old_directories_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool old_directories() const { return old_directories_.load(std::memory_order_relaxed); }

    /// Whether so few groups wait that one more may: what waits takes memory, about a KiB.
    [[nodiscard]] bool may_wait();
    /// The group has members but no leader yet.
    void wait(std::shared_ptr<LinkGroup> group);
    /// Those groups, once the walk is over; some have found a leader meanwhile.
    [[nodiscard]] std::vector<std::shared_ptr<LinkGroup>> take_waiting();

private:
    static constexpr std::size_t kShards = 16;
    static constexpr std::size_t kMostWaiting = 20'000;
    struct ByInode {
        std::size_t operator()(const platform::FileIdentity& identity) const { return identity.inode / kShards; }
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<platform::FileIdentity, std::shared_ptr<LinkGroup>, ByInode> groups;
    };
    const bool open_ended_;
    const bool told_;
    std::array<Shard, kShards> shards_;
    std::atomic<bool> old_directories_ = false;
    std::mutex waiting_mutex_;
    std::vector<std::shared_ptr<LinkGroup>> waiting_;
};

}  // namespace arsync::sync
