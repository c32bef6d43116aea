#include "cli/aliases.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace arsync::cli {

namespace {

constexpr std::string_view kValue = "!#:+";

bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/// Splits as a shell would, without its expansions: quotes of both kinds, backslashes.
std::vector<std::string> split(std::string_view line)
{
    std::vector<std::string> words;
    std::optional<std::string> word;
    char quote = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char byte = line[at];
        if (quote != 0) {
            if (byte == quote)
                quote = 0;
            else if (byte == '\\' && at + 1 < line.size() && (line[at + 1] == quote || line[at + 1] == '\\'))
                *word += line[++at];
            else
                *word += byte;
        } else if (is_blank(byte)) {
            if (word) words.push_back(*std::exchange(word, std::nullopt));
        } else {
            if (!word) word.emplace();
            if (byte == '"' || byte == '\'')
                quote = byte;
            else if (byte == '\\' && at + 1 < line.size())
                *word += line[++at];
            else
                *word += byte;
        }
    }
    if (word) words.push_back(std::move(*word));
    return words;
}

/// Lines, with those that a backslash continues put together.
std::vector<std::string> lines_of(std::string_view text)
{
    std::vector<std::string> lines;
    bool continues = false;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool goes_on = line.ends_with('\\');
        if (goes_on) line.back() = ' ';
        if (continues)
            lines.back() += line;
        else
            lines.push_back(std::move(line));
        continues = goes_on;
    }
    return lines;
}

}  // namespace

void Aliases::add(std::string_view text)
{
    for (const std::string& line : lines_of(text)) {
        std::vector<std::string> words = split(line);
        if (words.size() < 4) continue;
        const bool for_this = words[0] == "rsync" || words[0] == "arsync" || words[0] == "*";
        const bool starts_program = words[1] == "exec";
        if (!for_this || !words[2].starts_with('-') || (words[1] != "alias" && !starts_program)) continue;
        Alias alias;
        alias.option = words[2];
        alias.starts_program = starts_program;
        for (std::string& word : words | std::views::drop(3)) {
            if (word.starts_with("--POPTdesc=") || word.starts_with("--POPTargs=")) continue;
            if (word.contains(kValue)) alias.takes_value = true;
            alias.words.push_back(std::move(word));
        }
        aliases_.push_back(std::move(alias));
    }
}

const Alias* Aliases::find(std::string_view option) const
{
    const auto latest_first = aliases_ | std::views::reverse;
    const auto found = std::ranges::find(latest_first, option, &Alias::option);
    return found != latest_first.end() ? &*found : nullptr;
}

}  // namespace arsync::cli
