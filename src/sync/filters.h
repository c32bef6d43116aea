#pragma once
// Filter rules on the way down a tree.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/directory.h"
#include "rules/filter.h"
#include "sync/context.h"

namespace arsync::sync {

using Filters = std::shared_ptr<const rules::FilterContext>;

/// The rules inside the directory `path`, whose merge files are looked for in `directories`, first find counts.
/// nullopt, and told, if one cannot be understood: the run is over then.
[[nodiscard]] std::optional<Filters> enter_filters(Context& context, const Filters& above, const std::string& path,
                                                   const std::vector<const platform::Directory*>& directories,
                                                   Segment* segment);

}  // namespace arsync::sync
