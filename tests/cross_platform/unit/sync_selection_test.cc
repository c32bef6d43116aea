// Typed paths of -R and names of --files-from, taken apart.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sync/selection.h"

namespace arsync::sync {
namespace {

using Parts = std::vector<std::string>;

TEST(SplitRelative, CutsAtTheFirstDot)
{
    const auto path = split_relative("a/./b/./c");
    EXPECT_EQ(path.base, "a");
    EXPECT_EQ(path.parts, (Parts{"b", "c"}));
    EXPECT_FALSE(path.contents);
    EXPECT_FALSE(path.absolute);
}

TEST(SplitRelative, KeepsThePathAsTyped)
{
    const auto path = split_relative("a//b/c");
    EXPECT_EQ(path.base, ".");
    EXPECT_EQ(path.parts, (Parts{"a", "b", "c"}));
    EXPECT_FALSE(path.dotted);
}

TEST(SplitRelative, AbsolutePaths)
{
    const auto path = split_relative("/usr/lib/");
    EXPECT_EQ(path.base, "/");
    EXPECT_EQ(path.parts, (Parts{"usr", "lib"}));
    EXPECT_TRUE(path.absolute);
    EXPECT_TRUE(path.contents);
    const auto cut = split_relative("/./usr");
    EXPECT_EQ(cut.base, "/");
    EXPECT_FALSE(cut.absolute);
}

TEST(SplitRelative, ContentsOfTheBase)
{
    for (const char* typed : {".", "./", "a/./", "a/./."}) {
        const auto path = split_relative(typed);
        EXPECT_TRUE(path.parts.empty()) << typed;
        EXPECT_TRUE(path.contents) << typed;
    }
}

TEST(SplitRelative, ALeadingDotMeansTheBaseAsWell)
{
    EXPECT_TRUE(split_relative("./a").dotted);
    EXPECT_TRUE(split_relative("a/././b").dotted);
    EXPECT_FALSE(split_relative("a/./b").dotted);
}

TEST(SplitRelative, ClimbsOnlyBehindTheCut)
{
    EXPECT_TRUE(split_relative("a/../b").climbs);
    EXPECT_TRUE(split_relative("a/./../b").climbs);
    EXPECT_FALSE(split_relative("../a/./b").climbs);
    EXPECT_FALSE(split_relative("a/..b").climbs);
}

TEST(ContainedName, CannotLeaveTheSource)
{
    EXPECT_EQ(contained_name("../a"), "a");
    EXPECT_EQ(contained_name("/a/b"), "a/b");
    EXPECT_EQ(contained_name("a/../../b"), "b");
    EXPECT_EQ(contained_name("a/./../b"), "b");
    EXPECT_EQ(contained_name("../.."), ".");
    EXPECT_EQ(contained_name("/"), ".");
    EXPECT_EQ(contained_name("a/b/.."), "a/");
}

TEST(ContainedName, KeepsWhatItMeans)
{
    EXPECT_EQ(contained_name("a/"), "a/");
    EXPECT_EQ(contained_name("a//b"), "a/b");
    EXPECT_EQ(contained_name("a/./b"), "a/./b");
    EXPECT_EQ(contained_name("./a"), "./a");
}

}  // namespace
}  // namespace arsync::sync
