#pragma once
// Removing from the destination what the source does not have. Nothing is removed once there is doubt whether the
// source was listed completely.

#include <optional>
#include <string>
#include <vector>

#include "platform/directory.h"
#include "rules/filter.h"
#include "sync/context.h"
#include "sync/directory_work.h"
#include "sync/source_list.h"

namespace arsync::sync {

/// Whether names may be removed at all, now. Tells once why not.
[[nodiscard]] bool deletion_allowed(Context& context, Segment* segment);

/// Names that a directory of the destination has and the source does not, the last one first.
struct Extraneous {
    std::vector<SurplusName> names;
    std::optional<ListPlace> cut;  // where they end, if for want of memory there may be more
};

/// Looks at the names of the destination that come, from last to first, after `after`.
[[nodiscard]] Extraneous find_extraneous(Context& context, DirectoryWork& work, std::optional<ListPlace> after,
                                         Segment* segment);

/// Removes (in a dry run: tells) what was found in `directory`, contents before their directory. True if anything went.
bool remove_extraneous(Context& context, const DelayedDeletion& found, const platform::Directory& directory,
                       Segment* segment);

/// --delete-missing-args: removes the names of `work` that the user named and that the source does not have. What is in
/// a directory goes only with --delete or --force.
void delete_missing(Context& context, DirectoryWork& work, Segment* segment);

/// Whether make_way() may succeed: the directory is empty, or what is in it may be deleted.
[[nodiscard]] bool may_make_way(Context& context, const platform::Directory& directory, NameView name);

/// Removes the directory `name` so that something else can take its place; one that is not empty only with --delete
/// or --force. False, and told, if it stays.
[[nodiscard]] bool make_way(Context& context, DirectoryNode& node, const platform::Directory& directory, NameView name,
                            const std::string& path, const std::shared_ptr<const rules::FilterContext>& filters,
                            Segment* segment);

}  // namespace arsync::sync
