#pragma once
// A directory of the transfer while it is opened on both sides.

#include <optional>

#include "sync/context.h"
#include "sync/directory_work.h"
#include "sync/subdirectory.h"

namespace arsync::sync {

/// Opens the sources of `work.node`; one that cannot be opened leaves its place empty (told).
void open_sources(Context& context, DirectoryWork& work, Segment* segment);

/// The rules inside the directory, with the merge files of its open sources. False, and told, if one of them cannot be
/// understood.
[[nodiscard]] bool enter_source_filters(Context& context, DirectoryWork& work, const Filters& above, Segment* segment);

/// Lists what the open sources have; what cannot be listed makes the work incomplete. True if one of them gives all its
/// contents, so that what it does not have is surplus.
bool list_open_sources(Context& context, DirectoryWork& work, Segment* segment);

/// Lets the list hold only as many names as memory allows, those after `after`; unless all of them have to be known at
/// once: where several sources are merged, links followed, names told apart that fold, or rules told.
void limit_list(Context& context, DirectoryWork& work, std::optional<ListPlace> after = std::nullopt);

/// Lists the names that come after those of the list that was cut, as far as memory allows.
void list_remainder(Context& context, const Remainder& rest, Segment* segment);

/// Opens both sides and fills `work`. A source that cannot be opened leaves its place empty (told); false if the
/// destination cannot be opened or nothing may be done inside.
[[nodiscard]] bool open_subdirectory(Context& context, const Subdirectory& subdirectory, DirectoryWork& work);

/// Without -g what is created in a directory gets its group by the directory's set-group-id bit, which therefore has to
/// be right before anything is. A failure shows when the directory is finished.
void set_group_inheritance(const Context& context, DirectoryNode& node, const platform::Directory& directory);

/// With -x: whether source `index` of `node` is on another file system than where its operand began.
[[nodiscard]] bool leaves_file_system(const Context& context, DirectoryNode& node, std::size_t index);

}  // namespace arsync::sync
