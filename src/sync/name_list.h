#pragma once
// Names of one directory, in rsync's order: all of them, or as many as memory allows. A list that would be too long is
// cut: it keeps the names that come first, and the directory is listed again for those after them.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/name.h"
#include "base/name_block.h"
#include "platform/listing.h"

namespace arsync::sync {

/// Small, as a directory may have millions.
struct Entry {
    /// What few have.
    struct Special {
        std::vector<std::size_t> more;         // further sources of a directory that several operands have
        std::optional<Name> destination_name;  // where an operand takes another name
    };

    NameView name;
    platform::FileType type;
    std::uint32_t source;  // index into the node's sources
    std::unique_ptr<Special> special;

    [[nodiscard]] bool is_directory() const { return type == platform::FileType::Directory; }
    [[nodiscard]] const Name* destination_name() const
    {
        return special && special->destination_name ? &*special->destination_name : nullptr;
    }
    [[nodiscard]] NameView target() const
    {
        return destination_name() != nullptr ? NameView(*destination_name()) : name;
    }
    [[nodiscard]] std::vector<std::size_t> sources() const;
    Special& make_special();
};

/// rsync's order within a directory: all but directories first, then directories, each by bytes, a directory as if its
/// name ended in '/'.
[[nodiscard]] bool comes_before(NameView a, bool a_is_directory, NameView b, bool b_is_directory);

/// What comes first in a list: removing goes the other way.
enum class NameOrder : std::uint8_t { Transfer, Removal };

/// What is made of the names of a list while it is held. Surplus: a view of each to search them by; and a copy of those
/// that the source does not have, or an entry of the source's list for those that it has.
enum class ListCopies : std::uint8_t { None, Surplus };

/// A name in that order, whether it is still there or not.
struct ListPlace {
    Name name;
    bool is_directory;
};

/// How many bytes all long lists of a run hold together. Short ones are not counted.
class NameMemory {
public:
    explicit NameMemory(std::uint64_t bytes);

    /// What one list holds of it; given back when this goes. The memory must outlive it.
    class Share {
    public:
        Share() = default;
        explicit Share(NameMemory& memory) : memory_(&memory) {}
        ~Share() { set(0); }
        Share(Share&& other) noexcept : memory_(other.memory_), bytes_(std::exchange(other.bytes_, 0)) {}
        Share& operator=(Share&& other) noexcept;

        void set(std::uint64_t bytes);

    private:
        NameMemory* memory_ = nullptr;
        std::uint64_t bytes_ = 0;
    };

    [[nodiscard]] bool is_short() const { return held_.load(std::memory_order_relaxed) > limit_; }
    [[nodiscard]] std::uint64_t left() const
    {
        const auto held = held_.load(std::memory_order_relaxed);
        return held < limit_ ? limit_ - held : 0;
    }
    /// A list below this is not cut: a directory would be listed again and again for a few names each time.
    [[nodiscard]] std::uint64_t least() const { return least_; }

private:
    std::atomic<std::uint64_t> held_ = 0;
    const std::uint64_t limit_;
    const std::uint64_t least_;
};

class NameList {
public:
    explicit NameList(NameOrder order = NameOrder::Transfer) : order_(order) {}

    /// From now on takes names that come after `after` only, and no more than `memory`, which must outlive the list,
    /// has room for; but always some. `copies`: what its owner will hold besides counts as well.
    void limit(NameMemory& memory, std::optional<ListPlace> after, ListCopies copies = ListCopies::None);
    /// Whether there is a place in the list for such a name.
    [[nodiscard]] bool takes(NameView name, bool is_directory) const;
    /// Copies names that the list takes, but for those of which `keep`, unless it is empty, says false.
    void add(std::span<const platform::ListedName> names, std::uint32_t source, const std::vector<bool>& keep = {});
    /// A name that lives as long as the list.
    void add_lasting(NameView name, platform::FileType type, std::uint32_t source);

    [[nodiscard]] std::vector<Entry>& entries() { return entries_; }
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    /// Where the list ends, if names after that were left out for want of memory.
    [[nodiscard]] const std::optional<ListPlace>& cut() const { return cut_; }
    void sort();

private:
    [[nodiscard]] bool comes_first(NameView a, bool a_is_directory, NameView b, bool b_is_directory) const;
    [[nodiscard]] bool comes_first(const Entry& a, const Entry& b) const;
    [[nodiscard]] std::uint64_t bytes() const;
    void count();
    void reserve();
    void halve();

    NameOrder order_;
    std::vector<NameBlock> blocks_;
    std::uint64_t name_bytes_ = 0;  // in them
    std::vector<Entry> entries_;
    NameMemory* memory_ = nullptr;  // null: there is no limit
    ListCopies copies_ = ListCopies::None;
    NameMemory::Share share_;
    std::optional<ListPlace> after_;
    std::optional<ListPlace> cut_;
};

}  // namespace arsync::sync
