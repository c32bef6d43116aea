#pragma once
// Names as they may be shown: bytes that could move the cursor or break a line become \#ooo, as rsync does it.

#include <string>
#include <string_view>

namespace arsync::report {

/// Control bytes except tab become \#ooo (three octal digits). So do bytes from 0x80 on that are no text in the
/// process's locale (LC_CTYPE, see setlocale), unless `eight_bit` (-8). A backslash in front of # and three digits
/// becomes \#134, so that the result can be read back.
[[nodiscard]] std::string escape(std::string_view bytes, bool eight_bit);

}  // namespace arsync::report
