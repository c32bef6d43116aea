#pragma once
// The tree of --backup-dir while a run uses it (see backup.h).

#include <mutex>
#include <string>

#include "sync/node.h"
#include "sync/sequencer.h"

namespace arsync::sync {

struct Context;

/// The handles of the backup tree.
class BackupTree {
public:
    /// The directory for items of the transfer directory `path`, made if need be with the attributes of its model at
    /// the destination.
    [[nodiscard]] Result<HeldDirectory> directory_for(Context& context, Sequencer::Segment* segment,
                                                      DirectoryNode& node, const std::string& path);

private:
    [[nodiscard]] Result<HeldDirectory> root(const Context& context, DirectoryNode& node);

    std::mutex mutex_;
    HeldDirectory root_;
    std::string last_path_;
    HeldDirectory last_;
};

}  // namespace arsync::sync
