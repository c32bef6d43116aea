#pragma once
// Filter rules for extended attributes (the x modifier): which of them are read from the source, and which of the
// destination's are compared and removed. Such rules replace the choice by namespace that is made without them.

#include "platform/attributes.h"
#include "sync/attributes.h"
#include "sync/context.h"
#include "sync/node.h"

namespace arsync::sync {

/// Of an item of the source, whose metadata is `facts`, that stands in `holder`, whose merge files count; null: of the
/// root.
[[nodiscard]] Result<ExtendedAttributes> read_source_extended(const Context& context, const DirectoryNode* holder,
                                                              const SourceTarget& target,
                                                              const platform::Metadata& facts);

/// Of an item of the destination.
[[nodiscard]] Result<ExtendedAttributes> read_destination_extended(const Context& context,
                                                                   platform::AttributeTarget target);

/// Whether some xattrs of a file may have to stay behind.
[[nodiscard]] bool has_xattr_rules(const Context& context, const DirectoryNode* holder);

}  // namespace arsync::sync
