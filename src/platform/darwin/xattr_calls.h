#pragma once
// The xattr calls of macOS on an open file, directory or link. Resource forks are read and written by position.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace arsync::platform {

/// Names, each followed by NUL, but for those that only the system may set or that it hides. Empty where the file
/// system has no xattrs.
[[nodiscard]] Result<std::string> list_xattr_names(int descriptor);
[[nodiscard]] std::vector<std::string> split_xattr_names(std::string_view names);
/// nullopt: no such attribute, or a file system without them.
[[nodiscard]] Result<std::optional<std::string>> get_xattr(int descriptor, const std::string& name);

}  // namespace arsync::platform
