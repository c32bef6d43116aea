#pragma once
// Paths as text. Nothing here asks the file system, so links in them mean nothing.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/name.h"

namespace arsync {

/// What stands between the slashes, "." and ".." included, but nothing for "//".
[[nodiscard]] std::vector<std::string_view> components(std::string_view path);

/// Without "." and slashes that mean nothing: "./a//b/" is "a/b", "." is "".
[[nodiscard]] std::string tidied(std::string_view path);

/// A path cut into the directory that holds its last component, and that component.
struct SplitPath {
    std::string directory;
    std::optional<Name> name;  // nullopt: the path ends in "/", "." or "..", it means a directory's contents
};

[[nodiscard]] SplitPath split_path(std::string_view path);

}  // namespace arsync
