#pragma once
// Sizes as users write them.

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace arsync {

/// Parses rsync's SIZE: a decimal number, optionally with a fraction, then an optional suffix. K M G T P (either case,
/// also KiB ...) are powers of 1024, KB MB ... powers of 1000, B is bytes; without suffix `default_suffix` holds
/// ('b' bytes, 'k' KiB). A final +1 or -1 adds or takes one byte. nullopt: not a SIZE, or too large.
/// Source: rsync(1), "--max-size".
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text, char default_suffix = 'b');

/// Why parse_size_limit() refuses.
enum class SizeError : std::uint8_t { Invalid, TooLarge };

/// The same for --max-size and --min-size: below 2^63 - 1; a missing number is 0, and rsync calls "-1" too large.
[[nodiscard]] std::expected<std::uint64_t, SizeError> parse_size_limit(std::string_view text);

}  // namespace arsync
