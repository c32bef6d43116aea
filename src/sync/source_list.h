#pragma once
// The names that take part in one directory: read from all its sources, filtered, merged and in rsync's order.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "platform/listing.h"
#include "rules/filter.h"
#include "sync/context.h"
#include "sync/name_list.h"
#include "sync/node.h"

namespace arsync::sync {

/// `directory` + "/" + `name`, where "" is the root.
[[nodiscard]] std::string joined_path(const std::string& directory, NameView name);

/// Owns the names, in NameOrder::Transfer.
class SourceList {
public:
    /// As NameList::limit(). Names with which add_operand() and add_named() come must not be in a limited list.
    void limit(NameMemory& memory, std::optional<ListPlace> after) { names_.limit(memory, std::move(after)); }
    /// Takes no other names than these, which are sorted and outlive the list.
    void look_only_for(const std::vector<NameView>& names) { wanted_ = &names; }

    /// Whether there may be a place in the list for the name, by its type.
    [[nodiscard]] bool wants(NameView name) const;
    /// Of what it wants: whether there is.
    [[nodiscard]] bool takes(NameView name, platform::FileType type) const;
    /// Copies names that the list takes, but for those of which `keep`, unless it is empty, says false.
    void add(std::span<const platform::ListedName> names, std::uint32_t source, const std::vector<bool>& keep);
    /// A single operand.
    void add_operand(const Name& name, platform::FileType type, std::uint32_t source);
    /// A name that lives as long as the list.
    void add_named(NameView name, platform::FileType type, std::uint32_t source);
    /// Takes out the entries for which `unwanted` is true.
    template <class Unwanted>
    void drop(Unwanted unwanted)
    {
        std::erase_if(names_.entries(), unwanted);
    }
    /// The only entry goes to the destination under another name.
    void rename_only_entry(const Name& destination_name);
    /// Sorts and merges names that several sources have: the first one counts, but directories merge.
    void finish();

    [[nodiscard]] const std::vector<Entry>& entries() const { return names_.entries(); }
    /// Where the list ends, if names after that were left out for want of memory.
    [[nodiscard]] const std::optional<ListPlace>& cut() const { return names_.cut(); }
    /// Whether `name` is among the entries, of whatever type.
    [[nodiscard]] bool contains(NameView name) const;

private:
    NameList names_;
    std::vector<std::unique_ptr<Name>> operands_;
    const std::vector<NameView>* wanted_ = nullptr;  // null: all
    bool may_repeat_ = false;                        // not all of it is from one listing
};

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
