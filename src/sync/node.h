#pragma once
// A directory of the transfer while it is worked on: its handles on both sides and what has to happen before it is
// finished. Nodes form a tree through their parents; a node without work left is kept only as long as one below it
// may need its path.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/name.h"
#include "platform/directory.h"
#include "sync/events.h"

namespace arsync::sync {

using HeldDirectory = std::shared_ptr<const platform::Directory>;

/// A directory handle that can be closed while nobody uses it and opened again through its parent, so that the depth
/// of a tree is not limited by the number of descriptors.
class Reopenable {
public:
    void hold(HeldDirectory handle, platform::FileIdentity identity);
    [[nodiscard]] bool known() const { return known_; }
    [[nodiscard]] platform::FileIdentity identity() const { return identity_; }

    /// The handle, null if it was let go.
    [[nodiscard]] HeldDirectory held();
    /// What was opened in its place. Not kept: it was closed because descriptors are short. ENOENT if it is another
    /// directory than before.
    [[nodiscard]] Result<HeldDirectory> verified(Result<platform::Directory> opened) const;
    /// Closes the handle as soon as nobody uses it.
    void let_go();

private:
    std::mutex mutex_;
    HeldDirectory handle_;
    platform::FileIdentity identity_;
    bool known_ = false;
};

enum class DestinationState : std::uint8_t {
    Absent,   // dry run: it would have been made
    Existed,  // was there before the run
    Created,  // made by this run: nothing in it needs protecting or looking for
};

class DirectoryNode {
public:
    /// One of the directories whose contents are merged here.
    struct Source {
        Reopenable handle;
        std::size_t parent_index = 0;  // in the parent's sources
        std::string root_path;         // absolute; only where there is no parent
        std::uint64_t device = 0;      // where the operand began, for -x; 0: begins below
    };

    /// The root of the transfer.
    [[nodiscard]] static std::shared_ptr<DirectoryNode> make_root();
    /// Absolute path of the root's destination, once it is decided.
    void set_destination_root(std::string path) { destination_root_ = std::move(path); }
    [[nodiscard]] static std::shared_ptr<DirectoryNode> make_child(const std::shared_ptr<DirectoryNode>& parent,
                                                                   NameView name, NameView destination_name,
                                                                   const std::vector<std::size_t>& parent_sources);
    ~DirectoryNode();
    DirectoryNode(const DirectoryNode&) = delete;
    DirectoryNode& operator=(const DirectoryNode&) = delete;

    [[nodiscard]] const std::shared_ptr<DirectoryNode>& parent() const { return parent_; }
    [[nodiscard]] std::size_t source_count() const { return sources_.size(); }
    [[nodiscard]] Source& source_at(std::size_t index) { return *sources_[index]; }
    Source& add_source();

    [[nodiscard]] Result<HeldDirectory> source(std::size_t index);
    [[nodiscard]] Result<HeldDirectory> destination();
    [[nodiscard]] Reopenable& destination_handle() { return destination_; }

    /// Name in the transfer: "" for the root, "a/b" below.
    [[nodiscard]] std::string path() const;
    /// Absolute paths, for messages only.
    [[nodiscard]] std::string source_path(std::size_t index) const;
    [[nodiscard]] std::string destination_path() const;

    [[nodiscard]] const std::optional<Name>& name() const { return name_; }
    [[nodiscard]] const std::optional<Name>& destination_name() const { return destination_name_; }

    /// The sources' and the destination's handles are no longer held for work here or for opening children.
    void let_go();

    DestinationState state = DestinationState::Existed;
    platform::Metadata source_metadata;       // whose attributes the destination gets
    platform::Metadata destination_metadata;  // as it is now
    platform::Metadata found;                 // as it was, before it was opened up for its owner
    std::optional<ItemEvent> item;            // what has to be told of it, after its deletions
    bool attributes_differ = false;           // from what was found
    bool unlocked = false;                    // flags that forbade changing it were taken off
    bool names_fold = false;                  // at the destination, names may be one that are two in the source
    bool holds_parent = false;                // the parent is finished only after this one
    bool keeps_attributes = false;  // the source's attributes shall be put on it (not for an operand's parent)

    /// What the file system gives a file created here, learned from the first one.
    struct Creation {
        platform::UserId user = 0;
        platform::GroupId group = 0;
        bool default_acl = false;    // an ACL decides what its mode becomes
        bool acl_handed_on = false;  // it starts with an ACL
        bool verified = false;       // seen on a file, not only expected
    };
    std::mutex creation_mutex;
    std::optional<Creation> creation;

    std::atomic<bool> touched = false;  // entries were made or removed here: its times have moved

    /// Work that has to be done before finish; the last one to release runs `on_finished`.
    void retain() { pending_.fetch_add(1, std::memory_order_relaxed); }
    /// True if that was the last.
    [[nodiscard]] bool release() { return pending_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

    /// Children that still have to open their handles through this one, plus one until the node is finished.
    void add_opener() { openers_.fetch_add(1, std::memory_order_relaxed); }
    void remove_opener();

private:
    DirectoryNode() = default;

    std::shared_ptr<DirectoryNode> parent_;
    std::optional<Name> name_;
    std::optional<Name> destination_name_;
    std::vector<std::unique_ptr<Source>> sources_;
    Reopenable destination_;
    std::string destination_root_;
    std::atomic<std::uint32_t> pending_ = 1;
    std::atomic<std::uint32_t> openers_ = 1;
};

}  // namespace arsync::sync
