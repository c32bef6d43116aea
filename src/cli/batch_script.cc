#include "cli/batch_script.h"

#include <algorithm>
#include <array>
#include <optional>

namespace arsync::cli {
namespace {

/// One word of a Bourne shell.
std::string quoted(std::string_view word)
{
    std::string text = "'";
    for (const char c : word) {
        if (c == '\'')
            text += "'\\''";
        else
            text += c;
    }
    return text + "'";
}

/// A pattern of --exclude or --include, or a line of a file of them, as a rule with a prefix.
std::string prefixed(std::string_view pattern, bool include)
{
    const bool has_prefix = pattern.starts_with("- ") || pattern.starts_with("+ ") || pattern == "!";
    return (has_prefix ? "" : include ? "+ " : "- ") + std::string(pattern);
}

/// The file that a rule merges at once and does no more with: ". FILE", "merge FILE".
std::optional<std::string> merged_file(std::string_view rule)
{
    for (const std::string_view prefix : {".", "merge"}) {
        if (!rule.starts_with(prefix)) continue;
        const auto rest = rule.substr(prefix.size());
        if (rest.size() > 1 && (rest.front() == ' ' || rest.front() == '_')) return std::string(rest.substr(1));
    }
    return std::nullopt;
}

std::vector<std::string> lines_of(const std::string& path, bool null_separated, const rules::ReadFile& read_file)
{
    const auto text = read_file(path);
    if (!text) return {};
    const std::string_view ends = null_separated ? std::string_view("\0", 1) : std::string_view("\n\r");
    std::vector<std::string> lines;
    for (std::string_view left = *text; !left.empty();) {
        const auto end = std::min(left.find_first_of(ends), left.size());
        const auto line = left.substr(0, end);
        left.remove_prefix(std::min(end + 1, left.size()));
        if (!line.empty() && line.front() != '#' && line.front() != ';') lines.emplace_back(line);
    }
    return lines;
}

enum class Fate : std::uint8_t { Kept, Batch, Rule, Dropped };

Fate fate_of(std::string_view option)
{
    constexpr std::array<std::string_view, 3> kBatch{"write-batch", "only-write-batch", "read-batch"};
    constexpr std::array<std::string_view, 5> kRules{"filter", "exclude", "include", "exclude-from", "include-from"};
    constexpr std::array<std::string_view, 3> kSources{"files-from", "source", "destination"};
    const auto is_in = [&](const auto& names) { return std::ranges::find(names, option) != names.end(); };
    if (is_in(kBatch)) return Fate::Batch;
    if (is_in(kRules)) return Fate::Rule;
    return is_in(kSources) ? Fate::Dropped : Fate::Kept;
}

}  // namespace

std::vector<std::string> single_rules(const Options& options, const rules::ReadFile& read_file)
{
    using Kind = FilterOption::Kind;
    std::vector<std::string> rules;
    for (const auto& filter : options.filters) {
        const bool include = filter.kind == Kind::Include || filter.kind == Kind::IncludeFrom;
        if (filter.kind == Kind::Rule) {
            const auto file = merged_file(filter.text);
            if (!file) {
                rules.push_back(filter.text);
                continue;
            }
            for (auto& line : lines_of(*file, options.from0, read_file)) rules.push_back(std::move(line));
        } else if (filter.kind == Kind::ExcludeFrom || filter.kind == Kind::IncludeFrom) {
            for (const auto& line : lines_of(filter.text, options.from0, read_file))
                rules.push_back(prefixed(line, include));
        } else {
            rules.push_back(prefixed(filter.text, include));
        }
    }
    return rules;
}

std::string batch_script(const std::string& program, const Options& options, const std::string& destination,
                         const rules::ReadFile& read_file)
{
    const auto rules = single_rules(options, read_file);
    // With -0 the rules of a file, and a here document is one, end in NUL; nor can a rule there have several lines.
    const bool inline_rules =
        options.from0 || std::ranges::any_of(rules, [](const std::string& rule) { return rule.contains('\n'); });
    std::string line = quoted(program);
    if (inline_rules) {
        for (const auto& rule : rules) line += " --filter=" + quoted(rule);
    } else if (!rules.empty()) {
        line += " --filter='._-'";
    }
    for (const auto& [option, words] : options.spelled) {
        const auto fate = fate_of(option);
        if (fate == Fate::Batch) line += " --read-batch=" + quoted(*options.write_batch);
        if (fate != Fate::Kept) continue;
        for (const auto& word : words) line += " " + quoted(word);
    }
    // Without a separator what the expansion gives is one word, whatever it holds.
    std::string script = "IFS=\n" + line + " ${1:-" + quoted(destination) + "}";
    if (inline_rules || rules.empty()) return script + "\n";
    script += " <<'#E#'\n";
    for (const auto& rule : rules) script += rule + "\n";
    return script + "#E#\n";
}

}  // namespace arsync::cli
