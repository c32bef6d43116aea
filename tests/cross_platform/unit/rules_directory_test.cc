// Per-directory merge files. Expectations: what rsync 3.5.0 left out of the same tree.

#include <gtest/gtest.h>

#include "rules_fixture.h"

namespace arsync::rules::test {
namespace {

constexpr std::string_view kTree = "foo bar x/foo x/bar x/x/foo x/y/foo x/y/bar x/y/y/foo x/y/z/foo y/foo";

std::string hidden(const std::string& rule, const Files& files)
{
    Checker checker({.options = {"-f" + rule}, .files = files});
    const std::string result = checker.hidden(kTree);
    return checker.error().message.empty() ? result : checker.error().message;
}

TEST(DirectoryRules, AnchorsAndInheritance)
{
    EXPECT_EQ(hidden(": .r", {{"x/.r", "- foo\n"}}), "x/foo x/x/foo x/y/foo x/y/y/foo x/y/z/foo");
    EXPECT_EQ(hidden(": .r", {{"x/.r", "- /foo\n"}}), "x/foo");
    EXPECT_EQ(hidden(": .r", {{"x/.r", "- /f*\n"}}), "x/foo");
    EXPECT_EQ(hidden(": .r", {{"x/.r", "- /y/foo\n"}}), "x/y/foo");
    EXPECT_EQ(hidden(": .r", {{"x/.r", "- /**/foo\n"}}), "x/x/foo x/y/foo x/y/y/foo x/y/z/foo");
    // Without an anchor the pattern is held against the end of the whole path.
    EXPECT_EQ(hidden(": .r", {{"x/.r", "- x/foo\n"}}), "x/foo x/x/foo");
    EXPECT_EQ(hidden(": .r", {{"x/y/.r", "- x/foo\n"}}), "");
    EXPECT_EQ(hidden(": .r", {{"x/y/.r", "- x/y/f*\n"}}), "x/y/foo");
    EXPECT_EQ(hidden(": .r", {{"x/.r", "-/ /home/me/src/x/foo\n"}}), "x/foo");
    EXPECT_EQ(hidden(":/- .r", {{".r", "/foo\nx/y/bar\nsrc/foo"}}), "foo x/y/bar");
    EXPECT_EQ(hidden(":n .r", {{".r", "- foo"}, {"x/y/.r", "- bar"}}), "foo x/y/bar");
    EXPECT_EQ(hidden(":C", {{"x/.cvsignore", "foo\ny"}}), "x/foo x/y/foo x/y/bar x/y/y/foo x/y/z/foo");
    EXPECT_EQ(hidden(":e foo", {}), "foo x/foo x/x/foo x/y/foo x/y/y/foo x/y/z/foo y/foo");
}

TEST(DirectoryRules, NearestRulesComeFirst)
{
    EXPECT_EQ(hidden(": .r", {{".r", "- foo\n"}, {"x/.r", "+ foo\n"}}), "foo y/foo");
    EXPECT_EQ(hidden(": .r", {{".r", "- foo\n"}, {"x/y/.r", "+ zz\n- bar\n!\n"}}), "foo x/foo x/x/foo y/foo");
    Checker checker({.options = {"-f+ bar", "-f: .r", "-f- foo"}, .files = {{"x/.r", "- bar\n+ /foo"}}});
    EXPECT_EQ(checker.hidden("foo bar x/foo x/bar x/y/foo"), "foo x/y/foo");
}

TEST(DirectoryRules, TheFirstRuleOfAFileDecides)
{
    Checker first({.options = {"-f:n .r", "-f: .r"}, .files = {{".r", "- foo\n"}}});
    EXPECT_EQ(first.hidden("foo x/foo"), "foo");
    Checker cleared({.options = {"-f: .r", "-f!", "-f:n .r"}, .files = {{".r", "- foo\n"}}});
    EXPECT_EQ(cleared.hidden("foo x/foo"), "foo");
    // The rule on the command line is older than the one in the file.
    Checker cvs({.options = {"-f: .r", "-f:C"}, .files = {{"x/.r", ": .cvsignore"}, {"x/.cvsignore", "foo"}}});
    EXPECT_EQ(cvs.hidden("foo x/foo x/y/foo"), "x/foo");
}

TEST(DirectoryRules, MergeFilesInside)
{
    const Files plain = {{"x/.r", ". q\n"}, {"q", "- foo\n"}, {"x/q", "- bar\n"}};
    EXPECT_EQ(hidden(": .r", plain), "x/foo x/x/foo x/y/foo x/y/y/foo x/y/z/foo");
    EXPECT_EQ(hidden(": .r", {{"x/.r", ". y/q\n"}, {"x/y/q", "- /x/foo"}}), "x/foo");
    EXPECT_EQ(hidden(": .r", {{"x/.r", ". ../q\n"}, {"q", "- /x/foo\n- /foo"}}), "x/foo");
    EXPECT_EQ(hidden(": .r", {{"x/.r", ". /q\n"}, {"/q", "- /x/foo\n"}}), "x/foo");
    EXPECT_EQ(hidden(": .r", {{"x/.r", "- bar\n. q"}}),
              "failed to open exclude file <rule from /home/me/src/x/.r line 2>");
    EXPECT_EQ(hidden(": .r", {{"x/.r", "-C"}, {"x/y/foo", ""}}), "");
}

TEST(DirectoryRules, DirectoryMergesInside)
{
    const std::string deep = "x/y/foo x/y/y/foo x/y/z/foo";
    EXPECT_EQ(hidden(": .r", {{"x/.r", ": q\n"}, {"q", "- bar\n"}, {"x/y/q", "- foo\n"}}), deep);
    EXPECT_EQ(hidden(": .r", {{"x/.r", ": q\n+ foo\n"}, {"x/y/q", "- foo\n"}}), deep);
    EXPECT_EQ(hidden(": .r", {{"x/.r", "+ foo\n: q\n"}, {"x/y/q", "- foo\n"}}), "");
    EXPECT_EQ(hidden(": .r", {{"x/.r", ": q\n"}, {"x/y/.r", "!\n"}, {"x/y/q", "- foo\n"}}), "");
    EXPECT_EQ(hidden(": .r", {{"x/.r", ":n q\n"}, {"x/q", "- bar"}, {"x/y/q", "- foo\n"}}), "x/bar x/y/foo");
    EXPECT_EQ(hidden(":n .r", {{"x/.r", ": q\n"}, {"x/y/q", "- foo\n"}}), "");
    EXPECT_EQ(hidden(": .r", {{"x/.r", ": q\n"}, {"x/y/q", "zz"}}),
              "Unknown filter rule: <rule from a file read earlier>");
}

TEST(DirectoryRules, ParentsAreScanned)
{
    const std::string all = "foo x/foo x/x/foo x/y/foo x/y/y/foo x/y/z/foo y/foo";
    EXPECT_EQ(hidden(": /.r", {{"/home/.r", "- foo"}}), all);
    EXPECT_EQ(hidden(": .r", {{"/home/.r", "- foo"}}), "");
    EXPECT_EQ(hidden(":n /.r", {{"/home/.r", "- foo"}}), "");
    EXPECT_EQ(hidden(": /home/me/.r", {{"/home/.r", "- foo"}, {"/home/me/.r", "- bar"}}), "bar x/bar x/y/bar");
    EXPECT_EQ(hidden(": ../.r", {{"/home/.r", "- foo"}, {"/home/me/.r", "- bar"}}), "bar x/bar x/y/bar");
    EXPECT_EQ(hidden(": ../../../../.r", {{"/.r", "- foo"}}), all);
    EXPECT_EQ(hidden(": /usr/.r", {{"/home/.r", "- foo"}, {".r", "- bar"}}), "bar x/bar x/y/bar");
    EXPECT_EQ(hidden(": x/.r", {{".r", "- bar"}}), "bar x/bar x/y/bar");
    EXPECT_EQ(hidden(": /.r", {{"/home/.r", "- foo"}, {"/home/me/.r", "!\n- /src/bar"}}), "bar");
    EXPECT_EQ(hidden(": /.r", {{"/home/me/.r", "- /foo"}}), "");
    EXPECT_EQ(hidden(": /.r", {{"/home/me/.r", "- /src/f*"}}), "foo");
    EXPECT_EQ(hidden(": /.r", {{"/home/.r", "- /me/src/**/bar"}}), "x/bar x/y/bar");
    EXPECT_EQ(hidden(": /.r", {{"/home/.r", ": q"}, {"/home/me/q", "- bar"}, {"x/q", "- foo"}}),
              "bar x/foo x/bar x/x/foo x/y/foo x/y/bar x/y/y/foo x/y/z/foo");
    EXPECT_EQ(hidden(": /.r", {{"/home/.r", ". q"}, {"/home/q", "- bar"}}), "bar x/bar x/y/bar");
    EXPECT_EQ(hidden(": .r", {{"x/.r", ": /q\n"}, {"x/y/q", "- /foo\n"}, {"/home/q", "- bar\n"}}),
              "x/bar x/y/foo x/y/bar");
    // The parents' rules are not in force outside the first directory, as for the operand "src" of rsync.
    EXPECT_EQ(Checker({.options = {"-f: /.r"}, .files = {{"/home/.r", "- *"}}}).base().check("x", true, Side::Sender),
              Verdict::NoMatch);
}

TEST(DirectoryRules, OddDirectoryNames)
{
    // rsync 3.5.0 takes the directory's name for a part of the pattern and misses these; rsync(1) promises them.
    for (const std::string name : {"a[b]", "a\\b", "a*", "a**"}) {
        Checker checker({.options = {"-f: .r"}, .files = {{name + "/.r", "- /foo\n- /b?r\n"}}});
        for (const char* file : {"/foo", "/bar"}) EXPECT_FALSE(checker.sends(name + file)) << name;
        EXPECT_TRUE(checker.sends(name + "/x/foo")) << name;
        EXPECT_TRUE(checker.sends("ab/foo")) << name;
    }
}

TEST(DirectoryRules, ContextsAreShared)
{
    Checker checker({.options = {"-f: .r", "-f- x.o"}, .files = {{"a/.r", "- foo"}, {"e/.r", "# nothing"}}});
    EXPECT_TRUE(checker.base().has_directory_rules());
    EXPECT_EQ(checker.inside(".")->check("foo", false, Side::Sender), Verdict::NoMatch);
    const auto none = [](std::string_view) -> Result<std::string> {
        return fail(Operation::Open, std::errc::no_such_file_or_directory);
    };
    const auto above = checker.inside("a");
    EXPECT_EQ(*FilterContext::enter(above, "a/b", none), above);
    Checker plain({.options = {"-f- x.o"}});
    EXPECT_FALSE(plain.base().has_directory_rules());
    EXPECT_FALSE(plain.base().empty());
    EXPECT_TRUE(Checker({.options = {}}).base().empty());
}

}  // namespace
}  // namespace arsync::rules::test
