// The man page and the completions have each visible option, and no others.
#include "cli/documents.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "cli/help.h"
#include "cli/option_table.h"

namespace arsync::cli {
namespace {

std::string source_file(const std::string& name)
{
    std::ifstream file(std::string(ARSYNC_SOURCE_FOLDER) + "/docs/man/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

template <class Visit>
void for_each_option(Visit visit)
{
    for (const auto table : {rsync_options(), own_options()}) {
        for (const Option& option : table) visit(option);
    }
}

TEST(Documents, ManPageHasAParagraphForEachOption)
{
    const auto page = man_page(source_file("arsync.1.in"), read_paragraphs(source_file("options.txt")));
    ASSERT_TRUE(page) << page.error();
    EXPECT_EQ(page->find('@' + std::string("OPTIONS")), std::string::npos);
    for_each_option([&](const Option& option) {
        if (option.name.empty() || option.name.contains('-')) return;
        const bool there = page->find("\\fB\\-\\-" + std::string(option.name) + "\\fR") != std::string::npos;
        EXPECT_EQ(there, !option.help.empty()) << option.name;
    });
}

TEST(Documents, ParagraphsAndOptionsBelongTogether)
{
    EXPECT_FALSE(man_page("", {}));
    auto paragraphs = read_paragraphs(source_file("options.txt"));
    paragraphs["--no-such-option"] = "text";
    EXPECT_FALSE(man_page("", paragraphs));
}

TEST(Documents, Paragraphs)
{
    EXPECT_EQ(read_paragraphs("--a\none\ntwo\n\n-F\nthree\n"), (Paragraphs{{"--a", "one two"}, {"-F", "three"}}));
}

TEST(Documents, CompletionsHaveEachOption)
{
    const std::string bash = bash_completion();
    const std::string zsh = zsh_completion();
    const std::string fish = fish_completion();
    for_each_option([&](const Option& option) {
        const bool shown = !option.help.empty();
        const bool value = option.value != Value::None;
        if (!option.name.empty()) {
            const std::string name(option.name);
            const std::string word = " --" + name + (value ? "=" : "");
            EXPECT_EQ(bash.contains(word + ' ') || bash.contains(word + '\'') || bash.contains("'" + word.substr(1)),
                      shown)
                << name;
            EXPECT_EQ(zsh.find("'*--" + name + (value ? "=[" : "[")) != std::string::npos, shown) << name;
            EXPECT_EQ(fish.find(" -l " + name + " ") != std::string::npos, shown) << name;
        }
        if (option.letter == 0 || !shown) return;
        EXPECT_NE(bash.find(std::string(" -") + option.letter), std::string::npos) << option.letter;
        EXPECT_NE(zsh.find(std::string("'*-") + option.letter), std::string::npos) << option.letter;
        EXPECT_NE(fish.find(std::string(" -s ") + option.letter + ' '), std::string::npos) << option.letter;
    });
}

TEST(Documents, HelpHasEachOption)
{
    const std::string help = help_text();
    for_each_option([&](const Option& option) {
        if (option.name.empty()) return;
        const std::string start = "\n--" + std::string(option.name);
        const bool there = help.find(start + ' ') != std::string::npos || help.find(start + '=') != std::string::npos ||
                           help.find(start + ',') != std::string::npos;
        EXPECT_EQ(there, !option.help.empty()) << option.name;
    });
}

}  // namespace
}  // namespace arsync::cli
