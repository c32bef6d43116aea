#include "cli/info_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/words.h"

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
    {"BACKUP", InfoWord::Backup, 0, 1, "backups that are made"},
    {"COPY", InfoWord::Copy, 1, 1, "files copied from a basis directory"},
    {"DEL", InfoWord::Del, 1, 1, "names deleted at the destination"},
    {"FLIST", InfoWord::Flist, 1, 1, "that the source is being listed"},
    {"MISC", InfoWord::Misc, 1, 2, "other information"},
    {"MOUNT", InfoWord::Mount, 0, 1, "mount points that were kept"},
    {"NAME", InfoWord::Name, 1, 2, "1: names that were updated, 2: also names that were not"},
    {"NONREG", InfoWord::Nonreg, 1, 1, "links, devices and special files left out (on unless 0)"},
    {"PROGRESS", InfoWord::Progress, 0, 0, "1: progress of each file, 2: of the whole transfer"},
    {"REMOVE", InfoWord::Remove, 0, 1, "source files that are removed"},
    {"SKIP", InfoWord::Skip, 0, 1, "names left alone because of an option"},
    {"STATS", InfoWord::Stats, 1, 1, "1: totals at the end, 2: with the statistics of --stats"},
    {"SYMSAFE", InfoWord::Symsafe, 1, 1, "symbolic links that are unsafe"},
};
static_assert(std::size(kWords) == kInfoWords);

std::vector<WordHelp> words_with_help()
{
    std::vector<WordHelp> words;
    for (const WordRow& row : kWords) words.push_back({row.name, row.help});
    return words;
}

}  // namespace

std::expected<void, std::string> InfoChoices::add(std::string_view flags)
{
    return read_words(flags, [&](std::string_view word, unsigned level) {
        const auto* row = std::ranges::find(kWords, word, &WordRow::name);
        if (row != std::end(kWords))
            levels_[static_cast<std::size_t>(row->word)] = level;
        else if (word == "ALL")
            levels_.fill(level);
        else if (word == "NONE")
            levels_.fill(0);
        else if (word == "HELP")
            help_ = true;
        else
            return false;
        return true;
    });
}

InfoLevels::InfoLevels(const InfoChoices& choices, unsigned verbose, bool progress, bool stats, bool quiet)
{
    for (const WordRow& row : kWords) {
        const auto index = static_cast<std::size_t>(row.word);
        unsigned level = verbose == 0 ? 0 : verbose == 1 ? row.verbose1 : row.verbose2;
        if (row.word == InfoWord::Nonreg) level = quiet ? 0 : 1;
        if (progress && row.word == InfoWord::Flist) level = 2;
        if (progress && (row.word == InfoWord::Name || row.word == InfoWord::Progress)) level = std::max(level, 1U);
        if (stats && row.word == InfoWord::Stats) level = 2;
        levels_[index] = choices.levels_[index].value_or(level);
    }
}

std::vector<std::string> info_names()
{
    return typed_words(words_with_help());
}

std::string info_help()
{
    std::string text =
        "--info=FLAGS chooses what is told, as words with commas between. A word may be followed by its level:\n"
        "NAME and NAME1 mean level 1, NAME0 silences it.\n\n";
    text += word_lines(words_with_help(), "all words, e.g. all2");
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
