#pragma once
// The flags of --info and --debug: words with commas between, each with a level behind it.

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace arsync::cli {

/// Calls `set` for each word of "name2,del,progress0", in capitals; false from it means that the word is unknown, which
/// is returned as it was typed.
[[nodiscard]] std::expected<void, std::string> read_words(
    std::string_view flags, const std::function<bool(std::string_view word, unsigned level)>& set);

/// Of ASCII.
[[nodiscard]] std::string in_small_letters(std::string_view text);

/// A word for --help; its name in capitals.
struct WordHelp {
    std::string_view name;
    std::string_view help;
};

/// A line for each, and for those that both options have; `all` explains ALL.
[[nodiscard]] std::string word_lines(const std::vector<WordHelp>& words, std::string_view all);

/// What may be typed, in small letters, with those that both options have.
[[nodiscard]] std::vector<std::string> typed_words(const std::vector<WordHelp>& words);

}  // namespace arsync::cli
