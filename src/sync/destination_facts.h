#pragma once
// What the destination has, as the transfer sees it: the counterpart of source_facts.h.

#include "platform/directory.h"
#include "platform/metadata.h"
#include "sync/context.h"

namespace arsync::sync {

/// Of a name where an item like `source` shall be.
[[nodiscard]] Result<platform::Metadata> destination_facts(const Context& context, const platform::Directory& directory,
                                                           NameView name, const platform::Metadata& source);

}  // namespace arsync::sync
