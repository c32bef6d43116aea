#pragma once
// Putting the source's attributes on what is at the destination: only what differs, in the order that keeps each.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/attributes.h"
#include "sync/context.h"
#include "sync/source_directory.h"

namespace arsync::sync {

using platform::ExtendedAttributes;

/// Whether -A or -X ask for anything that an item of this type may have.
[[nodiscard]] bool wants_extended(const Preservation& wanted, platform::FileType type);

/// ACLs and xattrs as far as -A and -X ask for them; empty otherwise. `all_xattrs`: of every namespace, because rules
/// choose among them (xattr_rules.h, which is how the rest of the engine reads them).
[[nodiscard]] Result<ExtendedAttributes> read_extended(const Context& context, platform::AttributeTarget target,
                                                       bool all_xattrs);

/// The same of something of the source, whose metadata is `facts`, as the transfer sees it: without what belongs to
/// rsync itself, and changed as the metadata was.
[[nodiscard]] Result<ExtendedAttributes> read_source_extended(const Context& context, const SourceTarget& target,
                                                              const platform::Metadata& facts, bool all_xattrs);

/// Adds the a and x columns.
void add_extended_changes(const ExtendedAttributes& source, const ExtendedAttributes& destination,
                          const Preservation& wanted, Changes& changes);

/// What an item shall get and what it has now.
struct AttributeWork {
    platform::AttributeTarget target;
    const platform::Metadata& source;
    const platform::Metadata& present;                     // of the target as it is
    platform::Mode mode = 0;                               // see wanted_mode()
    bool is_new = false;                                   // made by this run
    bool set_times = true;                                 // even if they are equal now: writing moves them
    const ExtendedAttributes* extended_source = nullptr;   // null: neither ACLs nor xattrs
    const ExtendedAttributes* extended_present = nullptr;  // null: the target has none
};

/// Gives an absolute path for a message; paths are built only when something has to be told.
using LazyPath = std::function<std::string()>;

/// Failures are told under `path`, the item's at the destination. Goes on after a failure.
void put_attributes(Context& context, Segment* segment, const AttributeWork& work, const LazyPath& path);

}  // namespace arsync::sync
