#pragma once
// The lines of --list-only, as rsync prints them.

#include <string>

#include "report/settings.h"
#include "sync/observer.h"

namespace arsync::report {

/// "drwxr-sr-t", as ls -l.
[[nodiscard]] std::string mode_string(platform::FileType type, platform::Mode mode);

/// "-rw-r--r--         12,345 2026/11/24 18:41:38 a/f", without newline.
[[nodiscard]] std::string listing_line(const sync::Listed& listed, const Settings& settings);

}  // namespace arsync::report
