// -r, -d, -R, --files-from and --list-only: what follows from what.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/parser.h"
#include "cli/selection_options.h"

namespace arsync::cli {
namespace {

using Words = std::vector<std::string>;

ChosenNames chosen(const Words& words)
{
    const auto options = parse(words, false);
    EXPECT_TRUE(options.has_value());
    return options ? chosen_names(*options) : ChosenNames{};
}

TEST(ChosenNames, AListTakesWhatItSays)
{
    const auto names = chosen({"-a", "--files-from=list", "src", "dst"});
    EXPECT_TRUE(names.relative);
    EXPECT_TRUE(names.directories);
    EXPECT_FALSE(names.recurse);
}

TEST(ChosenNames, OnlyRItselfGoesIntoDirectoriesOfAList)
{
    EXPECT_TRUE(chosen({"-a", "-r", "--files-from=list", "src", "dst"}).recurse);
    EXPECT_TRUE(chosen({"-r", "-a", "--files-from=list", "src", "dst"}).recurse);
    EXPECT_FALSE(chosen({"--files-from=list", "-a", "src", "dst"}).recurse);
    EXPECT_FALSE(chosen({"-r", "--no-r", "--files-from=list", "src", "dst"}).recurse);
}

TEST(ChosenNames, WhatIsSaidHolds)
{
    const auto names = chosen({"--no-R", "--no-d", "--files-from=list", "src", "dst"});
    EXPECT_FALSE(names.relative);
    EXPECT_FALSE(names.directories);
}

TEST(ChosenNames, OneOperandIsListed)
{
    EXPECT_TRUE(chosen({"src"}).list_only);
    EXPECT_TRUE(chosen({"src"}).directories);
    EXPECT_FALSE(chosen({"src", "dst"}).list_only);
    EXPECT_TRUE(chosen({"--list-only", "src", "dst"}).list_only);
    EXPECT_FALSE(chosen({"-r", "src"}).directories);
}

TEST(ChosenNames, OldDirs)
{
    EXPECT_TRUE(chosen({"--old-dirs", "a/", "b"}).recurse);
    EXPECT_FALSE(chosen({"--old-dirs", "--no-d", "a/", "b"}).recurse);
}

TEST(ListedNames, Lines)
{
    EXPECT_EQ(listed_names("a\n\n# c\n;d\r\nb/c\r\n d", false), (Words{"a", "b/c", " d"}));
    EXPECT_EQ(listed_names(std::string_view("a\0b\nc\n", 6), false), (Words{"a", "c"}));
}

TEST(ListedNames, NulSeparated)
{
    EXPECT_EQ(listed_names(std::string_view("a\nb\0\0#c\0d", 9), true), (Words{"a\nb", "d"}));
}

TEST(CheckNames, AListHasOneSource)
{
    const auto options = parse(Words{"--files-from=list", "a", "b", "c"}, false);
    ASSERT_TRUE(options);
    EXPECT_FALSE(check_names(*options, {"a", "b", "c"}));
    EXPECT_TRUE(check_names(*options, {"a", "b"}));
}

TEST(CheckNames, ListsOfOtherHostsAreRefused)
{
    for (const char* file : {"host:list", ":list"}) {
        const auto options = parse(Words{"--files-from", file, "a", "b"}, false);
        ASSERT_TRUE(options);
        EXPECT_FALSE(check_names(*options, {"a", "b"}));
    }
}

}  // namespace
}  // namespace arsync::cli
