#pragma once
// What the file system gives to files created in a directory: owner, group and perhaps an ACL. Learned once per
// directory, so that attributes which are right from the start cost no call.

#include "platform/file.h"
#include "sync/context.h"
#include "sync/node.h"

namespace arsync::sync {

[[nodiscard]] bool has_default_acl(const platform::Directory& directory);

/// For a directory in `parent` that nothing in the source gives its mode: as the system cuts it, a default ACL in the
/// place of the umask.
[[nodiscard]] platform::Mode plain_directory_mode(const Context& context, const platform::Directory& parent);

/// What is expected of the next file, before one was seen.
[[nodiscard]] DirectoryNode::Creation expected_creation(Context& context, DirectoryNode& node,
                                                        const platform::Directory& directory);

/// The metadata of `file`, just created in `node` with `mode`: as learned, or looked at if nothing is learned yet.
[[nodiscard]] platform::Metadata created_metadata(DirectoryNode& node, const platform::File& file, platform::Mode mode);

}  // namespace arsync::sync
