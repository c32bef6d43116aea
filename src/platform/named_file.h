#pragma once
// Files that the user named by a path, and one that has no name at all.

#include <string>

#include "base/error.h"
#include "platform/file.h"
#include "platform/path_policy.h"

namespace arsync::platform {

/// Opens for reading.
[[nodiscard]] Result<File> open_named_file(const std::string& path, const PathPolicy& policy);
/// Opens for writing, empty; made with `mode` if there is none.
[[nodiscard]] Result<File> create_named_file(const std::string& path, Mode mode, const PathPolicy& policy);
/// All of standard input that is left, in a file without a name.
[[nodiscard]] Result<File> keep_standard_input();

/// An empty file in the directory for temporary files ($TMPDIR, else /tmp). It has no name and is gone when it is
/// closed.
[[nodiscard]] Result<File> make_unnamed_file();

}  // namespace arsync::platform
