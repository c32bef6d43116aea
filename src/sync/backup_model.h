#pragma once
// What the directories below --backup-dir look like: as those of the destination do when the run is over.

#include <optional>

#include "platform/directory.h"
#include "platform/metadata.h"
#include "sync/attributes.h"
#include "sync/context.h"
#include "sync/node.h"

namespace arsync::sync {

struct BackupModel {
    platform::Metadata metadata;
    std::optional<ExtendedAttributes> extended;  // where -A or -X asks for it
};

/// The model for the directory `name` of the destination directory `above`: one of the transfer (`node`) by the
/// source's attributes, others (null) by their own. nullopt: it is not there.
[[nodiscard]] std::optional<BackupModel> model_of(Context& context, DirectoryNode* node,
                                                  const platform::Directory* above, NameView name);

}  // namespace arsync::sync
