#pragma once
// Removing from the destination what the source does not have. Nothing is removed once there is doubt whether the
// source was listed completely.

#include <string>

#include "platform/directory.h"
#include "rules/filter.h"
#include "sync/context.h"
#include "sync/source_list.h"

namespace arsync::sync {

/// Whether names may be removed at all, now. Tells once why not.
[[nodiscard]] bool deletion_allowed(Context& context, Segment* segment);

/// Removes (in a dry run: tells) what is in the destination directory `directory` but not in `list`, last name first,
/// contents before their directory. `path` is the directory's transfer path.
void delete_extraneous(Context& context, DirectoryNode& node, const platform::Directory& directory,
                       const std::string& path, const SourceList& list,
                       const std::shared_ptr<const rules::FilterContext>& filters, Segment* segment);

/// Removes the directory `name` so that something else can take its place; one that is not empty only with --delete
/// or --force. False, and told, if it stays.
[[nodiscard]] bool make_way(Context& context, DirectoryNode& node, const platform::Directory& directory, NameView name,
                            const std::string& path, const std::shared_ptr<const rules::FilterContext>& filters,
                            Segment* segment);

}  // namespace arsync::sync
