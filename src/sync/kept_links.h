#pragma once
// Links at the destination that stand for the directory they lead to (-K). They are followed within the destination
// only, as rsync 3.5 does: somebody who may write there could otherwise lead a privileged run anywhere. The way is
// walked through held directories, so that nobody can move it out of the destination meanwhile.

#include <string>

#include "base/error.h"
#include "platform/directory.h"

namespace arsync::sync {

struct KeptLink {
    platform::Directory directory;
    std::string place;  // the way to it from the root, without links: "a/b", "" for the root itself
};

/// What a link with that target leads to, which stands in the directory `place` below `root`. ELOOP if it is absolute,
/// climbs above the root, or leads through too many links.
[[nodiscard]] Result<KeptLink> follow_kept_link(const platform::Directory& root, const std::string& place,
                                                const std::string& target);

/// Opens a place below `root`, following no link.
[[nodiscard]] Result<platform::Directory> open_place(const platform::Directory& root, const std::string& place);

}  // namespace arsync::sync
