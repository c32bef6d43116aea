#pragma once
// Sizes as users write them.

#include <cstdint>
#include <optional>
#include <string_view>

namespace arsync {

/// Parses rsync's SIZE: a decimal number, optionally with a fraction, then an optional suffix. K M G T P (either case,
/// also KiB ...) are powers of 1024, KB MB ... powers of 1000, B is bytes; without suffix `default_suffix` holds
/// ('b' bytes, 'k' KiB). A final +1 or -1 adds or takes one byte. nullopt: not a SIZE, or too large.
/// Source: rsync(1), "--max-size".
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text, char default_suffix = 'b');

}  // namespace arsync
