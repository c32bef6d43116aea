#pragma once
// One item as a line: rsync's -i columns and names. Source: rsync(1), --itemize-changes, and observation.

#include <string>
#include <string_view>

#include "sync/observer.h"

namespace arsync::report {

/// The eleven columns YXcstpoguax.
/// `flags_column`: with a column more, f for file flags.
[[nodiscard]] std::string itemize(const sync::Item& item, bool flags_column = false);

/// "a", "dir/", "./"; escaped.
[[nodiscard]] std::string shown_name(std::string_view path, platform::FileType type, bool eight_bit);

/// " -> target" of a symlink, " => a" of a hard link made to "a", else nothing; not escaped.
[[nodiscard]] std::string where_it_leads(const sync::Item& item);

/// Whether anything at all was different or done.
[[nodiscard]] bool is_changed(const sync::Item& item);

/// Whether something was changed that lets -vv not call it up to date, if it has no line of its own.
[[nodiscard]] bool is_updated(const sync::Item& item);

/// Whether a file is a copy of an alternate tree's (--copy-dest) that differs in nothing but the time, which is not
/// kept: -vv calls it up to date, and names it all the same.
[[nodiscard]] bool is_exact_copy(const sync::Item& item);

/// Whether it is more than other attributes: rsync's -v names only these, and directories with any change.
[[nodiscard]] bool is_named(const sync::Item& item);

}  // namespace arsync::report
