#pragma once
// The xattr calls of Linux on an AttributeTarget. A name in a directory is reached by the *xattrat calls of Linux 6.13;
// before that as /proc/self/fd/N/NAME with the l-calls, which cost three times as much: the held directory cannot be
// swapped, and a link as the last component is not followed.

#include <optional>
#include <string>

#include "base/error.h"
#include "platform/attributes.h"

namespace arsync::platform {

/// Names, each followed by NUL. Empty where the file system has no xattrs.
[[nodiscard]] Result<std::string> list_xattr_names(AttributeTarget target);
/// nullopt: no such attribute, or a file system without them.
[[nodiscard]] Result<std::optional<std::string>> get_xattr(AttributeTarget target, const char* name);
[[nodiscard]] Status write_xattr(AttributeTarget target, const char* name, const std::string& value);
/// Nothing to remove is no error.
[[nodiscard]] Status erase_xattr(AttributeTarget target, const char* name);

}  // namespace arsync::platform
