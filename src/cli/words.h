#pragma once
// The flags of --info and --debug: words with commas between, each with a level behind it.

#include <expected>
#include <functional>
#include <string>
#include <string_view>

namespace arsync::cli {

/// Calls `set` for each word of "name2,del,progress0", in capitals; false from it means that the word is unknown, which
/// is returned as it was typed.
[[nodiscard]] std::expected<void, std::string> read_words(
    std::string_view flags, const std::function<bool(std::string_view word, unsigned level)>& set);

/// Of ASCII.
[[nodiscard]] std::string in_small_letters(std::string_view text);

}  // namespace arsync::cli
