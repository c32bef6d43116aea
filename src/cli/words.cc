#include "cli/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace arsync::cli {

namespace {

std::string in_capitals(std::string_view text)
{
    std::string capitals(text);
    std::ranges::transform(capitals, capitals.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return capitals;
}

/// The digits at the end; no word has a level above 9, so more digits mean no more than that.
unsigned level_of(std::string_view digits)
{
    if (digits.empty()) return 1;
    const std::size_t first = digits.find_first_not_of('0');
    if (first == std::string_view::npos) return 0;
    return digits.size() - first > 1 ? 9 : static_cast<unsigned>(digits[first] - '0');
}

}  // namespace

std::string in_small_letters(std::string_view text)
{
    std::string small(text);
    std::ranges::transform(small, small.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return small;
}

std::string word_lines(const std::vector<WordHelp>& words, std::string_view all)
{
    std::string text;
    const auto line = [&](std::string_view name, std::string_view help) {
        fmt::format_to(std::back_inserter(text), "{:<10} {}\n", name, help);
    };
    for (const auto& word : words) line(word.name, word.help);
    text += '\n';
    line("ALL", all);
    line("NONE", "no word, the same as all0");
    line("HELP", "shows this text");
    return text;
}

std::vector<std::string> typed_words(const std::vector<WordHelp>& words)
{
    std::vector<std::string> names;
    for (const auto& word : words) names.push_back(in_small_letters(word.name));
    for (const char* name : {"all", "none", "help"}) names.emplace_back(name);
    return names;
}

std::expected<void, std::string> read_words(std::string_view flags,
                                            const std::function<bool(std::string_view word, unsigned level)>& set)
{
    while (!flags.empty()) {
        const std::size_t comma = std::min(flags.find(','), flags.size());
        const std::string_view item = flags.substr(0, comma);
        flags.remove_prefix(std::min(comma + 1, flags.size()));
        if (item.empty()) continue;
        const std::size_t length = item.find_last_not_of("0123456789") + 1;
        if (!set(in_capitals(item.substr(0, length)), level_of(item.substr(length))))
            return std::unexpected(std::string(item.substr(0, length)));
    }
    return {};
}

}  // namespace arsync::cli
