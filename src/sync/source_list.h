#pragma once
// The names that take part in one directory: read from all its sources, filtered, merged and in rsync's order.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/listing.h"
#include "rules/filter.h"
#include "sync/context.h"
#include "sync/node.h"

namespace arsync::sync {

/// `directory` + "/" + `name`, where "" is the root.
[[nodiscard]] std::string joined_path(const std::string& directory, NameView name);

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

/// Owns the names. Sorted: all but directories first, then directories, each by bytes, a directory as if its name
/// ended in '/'.
class SourceList {
public:
    void add(platform::Listing listing, std::uint32_t source, const std::vector<bool>& keep);
    /// A single operand.
    void add_operand(const Name& name, platform::FileType type, std::uint32_t source);
    /// A name that lives as long as the list.
    void add_named(NameView name, platform::FileType type, std::uint32_t source);
    /// Takes out the entries for which `unwanted` is true.
    template <class Unwanted>
    void drop(Unwanted unwanted)
    {
        std::erase_if(entries_, unwanted);
    }
    /// The only entry goes to the destination under another name.
    void rename_only_entry(const Name& destination_name);
    /// Sorts and merges names that several sources have: the first one counts, but directories merge.
    void finish();

    [[nodiscard]] std::vector<Entry>& entries() { return entries_; }
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    /// Whether `name` is among the entries, of whatever type.
    [[nodiscard]] bool contains(NameView name) const;

private:
    std::vector<platform::Listing> listings_;
    std::vector<std::unique_ptr<Name>> names_;
    std::vector<Entry> entries_;
    bool named_ = false;  // some entries are not from a listing
};

/// rsync's order within a directory.
[[nodiscard]] bool comes_before(NameView a, bool a_is_directory, NameView b, bool b_is_directory);

/// Lists source `index` of `node` into `list`. `path` is the node's transfer path. False if it could not be listed
/// completely; told already, and deletion stops unless it has merely gone.
[[nodiscard]] bool list_source(Context& context, DirectoryNode& node, std::size_t index, const std::string& path,
                               const rules::FilterContext& filters, Segment* segment, SourceList& list);

/// A name on the source side, for messages: the path is built only when it is needed.
struct SourceName {
    const DirectoryNode& node;
    std::size_t source;
    NameView name;

    [[nodiscard]] std::string absolute() const { return joined_path(node.source_path(source), name); }
    [[nodiscard]] std::string as_typed() const { return joined_path(node.typed_source_path(source), name); }
};

}  // namespace arsync::sync
