#include "cli/info_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace arsync::cli {

namespace {

struct WordRow {
    std::string_view name;
    InfoWord word;
    unsigned verbose1;  // its level with -v
    unsigned verbose2;  // and with -vv
    std::string_view help;
};

constexpr WordRow kWords[] = {
    {"BACKUP", InfoWord::Backup, 0, 1, "backups that are made (not yet: there are none)"},
    {"COPY", InfoWord::Copy, 1, 1, "files copied from a basis directory (not yet: there are none)"},
    {"DEL", InfoWord::Del, 1, 1, "names deleted at the destination"},
    {"FLIST", InfoWord::Flist, 1, 1, "that the source is being listed"},
    {"MISC", InfoWord::Misc, 1, 2, "other information"},
    {"MOUNT", InfoWord::Mount, 0, 1, "mount points that were kept"},
    {"NAME", InfoWord::Name, 1, 2, "1: names that were updated, 2: also names that were not"},
    {"NONREG", InfoWord::Nonreg, 1, 1, "links, devices and special files left out (on unless 0)"},
    {"PROGRESS", InfoWord::Progress, 0, 0, "1: progress of each file, 2: of the whole transfer"},
    {"REMOVE", InfoWord::Remove, 0, 1, "source files that are removed (not yet: there are none)"},
    {"SKIP", InfoWord::Skip, 0, 1, "names left alone because of an option"},
    {"STATS", InfoWord::Stats, 1, 1, "1: totals at the end, 2: with the statistics of --stats"},
    {"SYMSAFE", InfoWord::Symsafe, 1, 1, "symbolic links that are unsafe (not yet: there are none)"},
};
static_assert(std::size(kWords) == kInfoWords);

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

std::expected<void, std::string> InfoChoices::add(std::string_view flags)
{
    while (!flags.empty()) {
        const std::size_t comma = std::min(flags.find(','), flags.size());
        const std::string_view item = flags.substr(0, comma);
        flags.remove_prefix(std::min(comma + 1, flags.size()));
        if (item.empty()) continue;

        const std::size_t length = item.find_last_not_of("0123456789") + 1;
        const std::string name = in_capitals(item.substr(0, length));
        const unsigned level = level_of(item.substr(length));
        const auto* row = std::ranges::find(kWords, name, &WordRow::name);
        if (row != std::end(kWords))
            levels_[static_cast<std::size_t>(row->word)] = level;
        else if (name == "ALL")
            levels_.fill(level);
        else if (name == "NONE")
            levels_.fill(0);
        else if (name == "HELP")
            help_ = true;
        else
            return std::unexpected(std::string(item.substr(0, length)));
    }
    return {};
}

InfoLevels::InfoLevels(const InfoChoices& choices, unsigned verbose, bool progress, bool stats, bool quiet)
{
    if (quiet) return;
    for (const WordRow& row : kWords) {
        const auto index = static_cast<std::size_t>(row.word);
        unsigned level = verbose == 0 ? 0 : verbose == 1 ? row.verbose1 : row.verbose2;
        if (row.word == InfoWord::Nonreg) level = 1;
        if (progress && row.word == InfoWord::Flist) level = 2;
        if (progress && (row.word == InfoWord::Name || row.word == InfoWord::Progress)) level = std::max(level, 1U);
        if (stats && row.word == InfoWord::Stats) level = 2;
        levels_[index] = choices.levels_[index].value_or(level);
    }
}

std::string info_help()
{
    std::string text =
        "--info=FLAGS chooses what is told, as words with commas between. A word may be followed by its level:\n"
        "NAME and NAME1 mean level 1, NAME0 silences it.\n\n";
    const auto line = [&](std::string_view name, std::string_view help) {
        fmt::format_to(std::back_inserter(text), "{:<10} {}\n", name, help);
    };
    for (const WordRow& row : kWords) line(row.name, row.help);
    text += '\n';
    line("ALL", "all words, e.g. all2");
    line("NONE", "no word, the same as all0");
    line("HELP", "shows this text");
    for (unsigned verbose = 0; verbose <= 2; ++verbose) {
        std::string list;
        for (const WordRow& row : kWords) {
            const unsigned before = verbose == 2 ? row.verbose1 : 0;
            const unsigned after = verbose == 2 ? row.verbose2 : verbose == 1 ? row.verbose1 : 0;
            const bool always_on = row.word == InfoWord::Nonreg;
            if (always_on ? verbose > 0 : after <= before) continue;
            if (!list.empty()) list += ',';
            list += row.name;
            if (after > 1) list += fmt::format("{}", after);
        }
        static constexpr std::string_view kTitles[] = {"Always", "Added by -v", "Added by -vv"};
        fmt::format_to(std::back_inserter(text), "{}{}: {}\n", verbose == 0 ? "\n" : "", kTitles[verbose], list);
    }
    return text;
}

}  // namespace arsync::cli
