// Which paths a rule applies to. Expectations: what `rsync -rn -f RULE` of rsync 3.5.0 left out of such a tree.

#include <gtest/gtest.h>

#include "rules_fixture.h"

namespace arsync::rules::test {
namespace {

struct Case {
    std::string rule;
    std::string hidden;
};

constexpr std::string_view kTree =
    "foo foo.o barfoo a/ a/foo a/bfoo a/b/ a/b/foo a/b/c/ a/b/c/foo b/ b/foo/ b/foo/bar b/a/ b/a/foo x/a/b/foo ab "
    "a\\b [ab] a[b]/ a[b]/foo .hid";

void check(std::string_view tree, const std::vector<Case>& cases)
{
    for (const Case& c : cases) {
        Checker checker({.options = {"-f" + c.rule}});
        EXPECT_EQ(checker.error().message, "") << c.rule;
        EXPECT_EQ(checker.hidden(tree), c.hidden) << c.rule;
    }
}

TEST(RuleMatch, NamesAndAnchors)
{
    check("foo a/ a/foo a/b/ a/b/foo b/ b/foo/ x/ x/b/foo", {{"- foo", "foo a/foo a/b/foo b/foo/ x/b/foo"},
                                                             {"- /foo", "foo"},
                                                             {"- foo/", "b/foo/"},
                                                             {"- b/foo", "a/b/foo b/foo/ x/b/foo"},
                                                             {"- /b/foo", "b/foo/"},
                                                             {"- a/", "a/ a/foo a/b/ a/b/foo"},
                                                             {"- /a/b", "a/b/ a/b/foo"},
                                                             {"- /", ""},
                                                             {"- //", ""},
                                                             {"- //foo", ""},
                                                             {"- foo//", ""},
                                                             {"- a//foo", ""},
                                                             {"- ./foo", ""},
                                                             {"-  foo", ""},
                                                             {"-_foo", "foo a/foo a/b/foo b/foo/ x/b/foo"}});
}

TEST(RuleMatch, Wildcards)
{
    check(kTree, {{"- f*", "foo foo.o a/foo a/b/foo a/b/c/foo b/foo/ b/foo/bar b/a/foo x/a/b/foo a[b]/foo"},
                  {"- *.o", "foo.o"},
                  {"- ?*.o", "foo.o"},
                  {"- /*/foo", "a/foo b/foo/ b/foo/bar a[b]/foo"},
                  {"- */*/foo", "a/b/foo a/b/c/foo b/a/foo x/a/b/foo"},
                  {"- b/*/bar", "b/foo/bar"},
                  {"- b/foo/*", "b/foo/bar"},
                  {"- *b/foo/", "b/foo/ b/foo/bar"},
                  {"- .*", ".hid"},
                  {"- a?b", "a\\b"},
                  {"- a\\b", "a\\b"},
                  {"- a\\\\b", ""},
                  {"- a\\b*", "ab"},
                  {"- a\\\\b*", "a\\b"},
                  {"- \\[ab\\]", "[ab]"},
                  {"- a[b]/foo", ""},
                  {"- a\\[b]/foo", "a[b]/foo"},
                  {"- a[b", ""}});
}

TEST(RuleMatch, DoubleStars)
{
    check(kTree, {{"- /**/foo", "a/foo a/b/foo a/b/c/foo b/foo/ b/foo/bar b/a/foo x/a/b/foo a[b]/foo"},
                  {"- **/foo", "foo a/foo a/b/foo a/b/c/foo b/foo/ b/foo/bar b/a/foo x/a/b/foo a[b]/foo"},
                  {"- **/**/foo", "a/foo a/b/foo a/b/c/foo b/foo/ b/foo/bar b/a/foo x/a/b/foo a[b]/foo"},
                  {"- */**/foo", "a/b/foo a/b/c/foo b/a/foo x/a/b/foo"},
                  {"- a**foo", "a/foo a/bfoo a/b/foo a/b/c/foo b/a/foo x/a/b/foo a[b]/foo"},
                  {"- a/**/foo", "a/b/foo a/b/c/foo x/a/b/foo"},
                  {"- /a/**/foo", "a/b/foo a/b/c/foo"},
                  {"- **b/", "a/b/ a/b/foo a/b/c/ a/b/c/foo b/ b/foo/ b/foo/bar b/a/ b/a/foo x/a/b/foo"},
                  {"- b/**", "a/b/foo a/b/c/ a/b/c/foo b/foo/ b/foo/bar b/a/ b/a/foo x/a/b/foo"}});
}

TEST(RuleMatch, TripleStarMatchesTheDirectoryToo)
{
    check(kTree, {{"- b/a/***", "b/a/ b/a/foo"},
                  {"- a/*/***", "a/b/ a/b/foo a/b/c/ a/b/c/foo x/a/b/foo"},
                  {"- /a/**", "a/foo a/bfoo a/b/ a/b/foo a/b/c/ a/b/c/foo"},
                  {"- /a/***", "a/ a/foo a/bfoo a/b/ a/b/foo a/b/c/ a/b/c/foo"},
                  {"- foo***", "foo foo.o a/foo a/b/foo a/b/c/foo b/foo/ b/foo/bar b/a/foo x/a/b/foo a[b]/foo"}});
}

TEST(RuleMatch, NegationAndAbsolutePaths)
{
    check("c a/ a/b src/ src/c", {{"-! */", "c a/b src/c"},
                                  {"-! a", "c a/b src/ src/c"},
                                  {"-! a/", "c a/b src/ src/c"},
                                  {"-! *", ""},
                                  {"+! a", ""},
                                  {"-/ /home/me/src/c", "c"},
                                  {"-/ src/c", "c src/c"},
                                  {"-/ src/c*", "c src/c"},
                                  {"-/ /c", ""},
                                  {"-/ /home/**/c", "c src/c"},
                                  {"-/ **/src/src/c", "src/c"},
                                  {"-/ me/*/*/c", "src/c"},
                                  {"-/ /home/me/src/***", "c a/ a/b src/ src/c"},
                                  {"-/ /home/me/src/", ""}});
}

TEST(RuleMatch, FirstRuleWins)
{
    Checker checker({.options = {"-f+ */", "-f+ *.c", "-f- *"}});
    EXPECT_EQ(checker.hidden("a.c a.h d/ d/b.c d/b.h"), "a.h d/b.h");
    EXPECT_EQ(checker.verdict("d", true, Side::Sender), Verdict::Include);
    EXPECT_EQ(Checker({.options = {"-f- *.h"}}).verdict("a.c", false, Side::Sender), Verdict::NoMatch);
}

TEST(RuleMatch, NothingExcludesTheRoot)
{
    for (const char* rule : {"- *", "- **", "-! x", "-/ /home/me/src/", "- ."}) {
        EXPECT_EQ(Checker({.options = {std::string("-f") + rule}}).base().check(".", true, Side::Sender),
                  Verdict::NoMatch);
    }
}

TEST(RuleMatch, ManyPlainNamesKeepTheirOrder)
{
    Rules rules;
    rules.options = {"-f+ d/n7", "-f- *9"};
    for (int i = 0; i < 40; ++i) rules.options.push_back("-f- n" + std::to_string(i));
    rules.options.push_back("-f+ n*");
    rules.options.push_back("-f- /x/deep");
    Checker checker(rules);
    EXPECT_EQ(checker.hidden("n0 d/n7 e/n7 n39 n40 deep x/deep m"), "n0 e/n7 n39 x/deep");
    EXPECT_EQ(checker.verdict("n40", false, Side::Sender), Verdict::Include);
}

TEST(RuleMatch, PathsLongerThanTheStackBuffer)
{
    std::string path(5000, 'd');
    path += "/foo";
    Checker checker({.options = {"-f-/ /home/**/foo"}});
    EXPECT_EQ(checker.base().check(path, false, Side::Sender), Verdict::Exclude);
}

}  // namespace
}  // namespace arsync::rules::test
