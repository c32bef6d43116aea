#pragma once
// Renaming without replacing, where the file system has no call for it.

#include "platform/directory.h"

namespace arsync::platform {

/// Takes the name `to` first, exclusively, with an empty file, which the rename then replaces. For a moment the empty
/// file can be seen: for file systems that know neither an exclusive rename nor hard links (exFAT, some network ones).
[[nodiscard]] Status rename_over_placeholder(const Directory& directory, NameView from, NameView to);

}  // namespace arsync::platform
