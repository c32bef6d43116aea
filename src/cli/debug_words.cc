#include "cli/debug_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/words.h"

namespace arsync::cli {

namespace {

struct WordRow {
    std::string_view name;
    std::string_view help;
    std::array<unsigned, 4> verbose = {};  // its level with -vv, -vvv, -vvvv, -vvvvv
};

constexpr WordRow kWords[] = {
    {"ACL", "(accepted; nothing to tell: ACLs are copied without steps in between)", {0, 1, 1, 1}},
    {"BACKUP", "(accepted; nothing to tell beyond --info=backup)", {0, 1, 1, 1}},
    {"BIND", "(accepted; nothing to tell: there are no sockets)", {1, 1, 1, 1}},
    {"CHDIR", "(accepted; nothing to tell: arsync never changes its directory)", {0, 0, 0, 1}},
    {"CONNECT", "(accepted; nothing to tell: there are no connections)", {1, 2, 2, 2}},
    {"CMD", "(accepted; nothing to tell: no other program is started)", {1, 1, 2, 2}},
    {"DEL", "(accepted; nothing to tell beyond --info=del)", {1, 2, 3, 3}},
    {"DELTASUM", "how much data was copied, in the words of rsync's delta algorithm", {1, 2, 3, 4}},
    {"DUP", "(accepted; nothing to tell: names that several sources have are merged as they come)", {1, 1, 1, 1}},
    {"EXIT", "how the run ended", {0, 1, 2, 3}},
    {"FILTER", "names that a filter rule hides or protects, and the pattern that did it", {1, 2, 2, 2}},
    {"FLIST", "that files are copied whole, not by their differences", {1, 2, 3, 4}},
    {"FUZZY", "(accepted; nothing to tell beyond --info=copy)", {0, 1, 1, 2}},
    {"GENR", "(accepted; nothing to tell: there is no generator process)", {0, 1, 1, 1}},
    {"HASH", "(accepted; nothing to tell: its hash tables are not for the eye)", {0, 0, 0, 1}},
    {"HLINK", "(accepted; nothing to tell beyond the links that -i shows)", {0, 0, 0, 1}},
    {"ICONV", "(accepted; nothing to tell: names are bytes)", {1, 1, 2, 2}},
    {"IO", "(accepted; nothing to tell: there is no stream between processes)", {}},
    {"NSTR", "(accepted; nothing to tell: there is nobody to negotiate with)", {}},
    {"OWN", "(accepted; nothing to tell beyond the columns o and g of -i)", {0, 1, 2, 2}},
    {"PROTO", "(accepted; nothing to tell: there is no protocol in a local copy)", {0, 0, 1, 1}},
    {"RECV", "(accepted; nothing to tell: there is no receiver process)", {0, 1, 1, 1}},
    {"SEND", "(accepted; nothing to tell: there is no sender process)", {0, 1, 1, 1}},
    {"TIME", "(accepted; nothing to tell beyond the column t of -i)", {0, 1, 2, 2}},
};
static_assert(std::size(kWords) == kDebugWords);

std::vector<WordHelp> words_with_help()
{
    std::vector<WordHelp> words;
    for (const WordRow& row : kWords) words.push_back({row.name, row.help});
    return words;
}

}  // namespace

std::expected<void, std::string> DebugChoices::add(std::string_view flags)
{
    return read_words(flags, [&](std::string_view word, unsigned level) {
        const auto* row = std::ranges::find(kWords, word, &WordRow::name);
        if (row != std::end(kWords))
            levels_[static_cast<std::size_t>(row - kWords)] = level;
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

unsigned DebugChoices::level(DebugWord word, unsigned verbose) const
{
    const auto index = static_cast<std::size_t>(word);
    const unsigned implied = verbose < 2 ? 0 : kWords[index].verbose[std::min(verbose, 5U) - 2];
    return levels_[index].value_or(implied);
}

std::vector<std::string> debug_names()
{
    return typed_words(words_with_help());
}

std::string debug_help()
{
    std::string text =
        "--debug=FLAGS chooses what is told about the inner workings, as words with commas between. A word may be\n"
        "followed by its level: DEL and DEL1 mean level 1, DEL0 silences it. The words are rsync's.\n\n";
    text += word_lines(words_with_help(), "all words, e.g. all4");
    text += '\n';
    for (unsigned more = 0; more < 4; ++more) {
        std::string list;
        for (const WordRow& row : kWords) {
            const unsigned before = more == 0 ? 0 : row.verbose[more - 1];
            if (row.verbose[more] <= before) continue;
            if (!list.empty()) list += ',';
            list += row.name;
            if (row.verbose[more] > 1) list += fmt::format("{}", row.verbose[more]);
        }
        fmt::format_to(std::back_inserter(text), "Added by -{}: {}\n", std::string(more + 2, 'v'), list);
    }
    return text;
}

}  // namespace arsync::cli
