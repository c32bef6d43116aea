#pragma once
// Opening what a path leads to, under a policy. What was checked on the way is what is opened: each component is opened
// by its name in a directory that is held.

#include <string>

#include <sys/types.h>

#include "base/error.h"
#include "platform/handle.h"
#include "platform/metadata.h"
#include "platform/path_policy.h"

namespace arsync::platform {

/// As openat(2) of `path` in `start` (or AT_FDCWD), but that a link on the way or at the end is passed only if `policy`
/// trusts its owner, else ELOOP of Operation::PassLink; and ELOOP of Operation::LeaveRoot if what is reached is not
/// where it has to be. Takes one call where there is no link on the way.
[[nodiscard]] Result<Handle> open_path(int start, const std::string& path, int flags, mode_t mode,
                                       const PathPolicy& policy);

/// What path_walk.cc wants of a system.

/// As openat(2), but ELOOP if any component is a link. ENOSYS where the system cannot say so.
[[nodiscard]] int open_without_links(int start, const char* path, int flags, mode_t mode);

/// A link and who owns it, read from one and the same file.
struct OwnedLink {
    UserId owner = 0;
    std::string target;
    bool by_kernel = false;  // leads to a file, whatever its text says (/proc/self/fd)
};
/// EINVAL if the name is no link.
[[nodiscard]] Result<OwnedLink> read_owned_link(int directory, const char* name);

}  // namespace arsync::platform
