#pragma once
// Numbers as rsync's option parser takes them.

#include <cstdint>
#include <optional>
#include <string_view>

namespace arsync::cli {

/// As strtol reads it, with base 0: "12", "-1", "0x10", "010"; an empty text is 0. nullopt: not a 32-bit number.
[[nodiscard]] std::optional<std::int64_t> parse_number(std::string_view text);

}  // namespace arsync::cli
