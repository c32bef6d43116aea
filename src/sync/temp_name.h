#pragma once
// Names for files that are not in place yet: `.NAME.XXXXXX`, as rsync calls them, so that the same exclude patterns and
// clean-up scripts know them.

#include "base/name.h"

namespace arsync::sync {

/// A new name each time. NAME is cut where the whole would be longer than a name may be, not inside a UTF-8 character.
[[nodiscard]] Name temporary_name(NameView name);
/// The same for --temp-dir, where nobody looks for files of his own: `NAME.XXXXXX`.
[[nodiscard]] Name temporary_name_elsewhere(NameView name);

}  // namespace arsync::sync
