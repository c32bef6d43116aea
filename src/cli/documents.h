#pragma once
// The man page and the shells' completions, made from the option table. Not part of the program: tools/documents writes
// them where a package is made.

#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace arsync::cli {

/// A paragraph for each option, by the name that it has in docs/man/options.txt: "--verbose", "-F".
using Paragraphs = std::map<std::string, std::string>;
[[nodiscard]] Paragraphs read_paragraphs(std::string_view text);

/// Fills in the template's @OPTIONS@, @OWN_OPTIONS@ and @VERSION@. The error is a sentence: an option without a
/// paragraph, or a paragraph without an option.
[[nodiscard]] std::expected<std::string, std::string> man_page(std::string_view page, const Paragraphs& paragraphs);

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();

}  // namespace arsync::cli
