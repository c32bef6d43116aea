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
#include "rules/filter.h"
#include "sync/events.h"
#include "sync/source_directory.h"

namespace arsync::sync {

struct SelectedDirectory;

using HeldDirectory = std::shared_ptr<const platform::Directory>;

/// A directory handle that can be closed while nobody uses it and opened again through its parent, so that the depth
/// of a tree is not limited by the number of descriptors. `Kind` is platform::Directory or SourceDirectory.
template <class Kind>
class Reopenable {
public:
    using Held = std::shared_ptr<const Kind>;

    void hold(Held handle, platform::FileIdentity identity);
    [[nodiscard]] bool known() const { return known_; }
    [[nodiscard]] platform::FileIdentity identity() const { return identity_; }

    /// The handle, null if it was let go.
    [[nodiscard]] Held held();
    /// What was opened in its place. Not kept: it was closed because descriptors are short. ENOENT if it is another
    /// directory than before.
    [[nodiscard]] Result<Held> verified(Result<Kind> opened) const;
    /// Closes the handle as soon as nobody uses it.
    void let_go();

private:
    std::mutex mutex_;
    Held handle_;
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
        Reopenable<SourceDirectory> handle;
        std::size_t parent_index = 0;      // in the parent's sources
        std::string root_path;             // absolute; only where there is no parent
        std::string typed_path;            // the same as the user typed it
        bool followed = false;             // it is what a link in the parent leads to
        bool leaves_access_times = false;  // --open-noatime; only where there is no parent
        bool unlistable = false;           // listing it failed, and that was told
        std::uint64_t device = 0;          // where the operand began, for -x; 0: begins below

        // Which names of it are wanted, see selection.h.
        bool contents = false;                        // all that it has
        bool absolute = false;                        // of the root: what is below is told with a leading '/'
        const SelectedDirectory* selected = nullptr;  // and those that the user named
        const batch::Node* recorded = nullptr;        // or those of a batch; `contents`: these are all
        std::vector<std::string> listed;              // of the named directories, those that belong to the contents
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
    [[nodiscard]] const DirectoryNode& root() const;
    [[nodiscard]] DirectoryNode& root();
    [[nodiscard]] std::size_t source_count() const { return sources_.size(); }
    [[nodiscard]] Source& source_at(std::size_t index) { return *sources_[index]; }
    Source& add_source();

    /// A directory beside the destination that may have the same files (see alternates.h).
    struct Alternate {
        Reopenable<platform::Directory> handle;
        std::string root_path;  // only where there is no parent
        std::atomic<bool> absent = false;
    };
    /// Roots only, from what was opened; children get theirs from their parents.
    void add_alternate(std::string root_path, Result<platform::Directory> opened);
    [[nodiscard]] std::size_t alternate_count() const { return alternates_.size(); }
    /// Opened when first asked for. ENOENT where the tree has no such directory.
    [[nodiscard]] Result<HeldDirectory> alternate(std::size_t index);

    [[nodiscard]] Result<HeldSource> source(std::size_t index);
    [[nodiscard]] Result<HeldDirectory> destination();
    [[nodiscard]] Reopenable<platform::Directory>& destination_handle() { return destination_; }
    /// The destination is what a link leads to (-K): where that is, from the root, without links.
    void set_kept_place(std::string place) { kept_place_ = std::move(place); }
    [[nodiscard]] const std::optional<std::string>& kept_place() const { return kept_place_; }
    /// The way to the destination from the root, without links.
    [[nodiscard]] std::string place() const;

    /// Name in the transfer: "" for the root, "a/b" below.
    [[nodiscard]] std::string path() const;
    /// Absolute paths, for messages only.
    [[nodiscard]] std::string source_path(std::size_t index) const;
    [[nodiscard]] std::string destination_path() const;
    /// source_path() as the user typed its beginning, for --out-format=%f.
    [[nodiscard]] std::string typed_source_path(std::size_t index) const;

    [[nodiscard]] const std::optional<Name>& name() const { return name_; }
    [[nodiscard]] const std::optional<Name>& destination_name() const { return destination_name_; }

    /// The sources' and the destination's handles are no longer held for work here or for opening children.
    void let_go();

    DestinationState state = DestinationState::Existed;
    platform::Metadata source_metadata;       // whose attributes the destination gets
    platform::Metadata destination_metadata;  // as it is now
    platform::Metadata found;                 // as it was, before it was opened up for its owner
    std::optional<ItemEvent> item;            // what has to be told of it, after its deletions
    std::size_t attribute_source = 0;         // the source whose attributes it gets
    bool attributes_differ = false;           // from what was found
    bool unlocked = false;                    // flags that forbade changing it were taken off
    bool names_fold = false;                  // at the destination, names may be one that are two in the source
    bool absolute = false;                    // the user typed an absolute path: told with a leading '/'
    bool holds_parent = false;                // the parent is finished only after this one
    bool default_acl_decided = false;         // roots that were made: a default ACL has cut their mode
    bool keeps_attributes = false;  // the source's attributes shall be put on it (not for an operand's parent)

    /// The filter rules inside, as the source sees them; null: those of the root.
    std::shared_ptr<const rules::FilterContext> source_rules;

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

    /// `above`: the parent's destination; null for the root.
    [[nodiscard]] Result<platform::Directory> open_destination(const HeldDirectory& above);

    std::shared_ptr<DirectoryNode> parent_;
    std::optional<Name> name_;
    std::optional<Name> destination_name_;
    [[nodiscard]] Result<HeldDirectory> open_alternate(std::size_t index, const HeldDirectory& above);

    std::vector<std::unique_ptr<Source>> sources_;
    std::vector<std::unique_ptr<Alternate>> alternates_;
    Reopenable<platform::Directory> destination_;
    std::string destination_root_;
    std::optional<std::string> kept_place_;
    std::atomic<std::uint32_t> pending_ = 1;
    std::atomic<std::uint32_t> openers_ = 1;
};

}  // namespace arsync::sync
