// Who a rule acts on: sender, receiver, directories being deleted, extended attributes; and CVS's list.
// Expectations: rsync(1) and what rsync 3.5.0 sent and deleted.

#include <gtest/gtest.h>

#include "rules_fixture.h"

namespace arsync::rules::test {
namespace {

struct SideCase {
    std::string rule;
    bool hides;
    bool protects;
    bool protects_with_delete_excluded;
};

TEST(RuleSides, WhoIsMeant)
{
    const SideCase cases[] = {
        {"- b", true, true, false},   {"H b", true, false, false},   {"P b", false, true, true},
        {"-s b", true, false, false}, {"-r b", false, true, true},   {"-sr b", true, true, true},
        {"R b", false, false, false}, {"-x b", false, false, false}, {"-p b", true, true, false},
        {"P! c", false, true, true},
    };
    for (const SideCase& c : cases) {
        Checker plain({.options = {"-f" + c.rule}});
        EXPECT_EQ(!plain.sends("b"), c.hides) << c.rule;
        EXPECT_EQ(plain.protects("b"), c.protects) << c.rule;
        Checker excluded({.options = {"-f" + c.rule}, .settings = {.delete_excluded = true}});
        EXPECT_EQ(!excluded.sends("b"), c.hides) << c.rule;
        EXPECT_EQ(excluded.protects("b"), c.protects_with_delete_excluded) << c.rule;
    }
    Checker risk({.options = {"-fR b", "-f- ?"}});
    EXPECT_FALSE(risk.sends("b"));
    EXPECT_FALSE(risk.protects("b"));
    EXPECT_TRUE(risk.protects("c"));
}

TEST(RuleSides, PerishableRulesDoNotKeepDyingDirectories)
{
    Checker checker({.options = {"-f-p *.o", "-f- *.c", "-f: .r"}, .files = {{"gone/.r", "-p x\n- y"}}});
    EXPECT_TRUE(checker.protects("a.o"));
    EXPECT_FALSE(checker.protects("gone/a.o", Side::ReceiverInDeleted));
    EXPECT_TRUE(checker.protects("gone/a.c", Side::ReceiverInDeleted));
    EXPECT_FALSE(checker.protects("gone/x", Side::ReceiverInDeleted));
    EXPECT_TRUE(checker.protects("gone/y", Side::ReceiverInDeleted));
    // An include perishes as well.
    Checker include({.options = {"-fRp *.o", "-f- *.o"}});
    EXPECT_FALSE(include.protects("a.o"));
    EXPECT_TRUE(include.protects("gone/a.o", Side::ReceiverInDeleted));
    Checker merged({.options = {"-f:p .r"}, .files = {{"gone/.r", "- x"}}});
    EXPECT_FALSE(merged.protects("gone/x", Side::ReceiverInDeleted));
}

TEST(RuleSides, DirectoryMergesOfOneSide)
{
    Checker sender({.options = {"-f:s .r"}, .files = {{".r", "- b"}}});
    EXPECT_FALSE(sender.sends("b"));
    EXPECT_FALSE(sender.protects("b"));
    Checker receiver({.options = {"-f:r .r"}, .files = {{".r", "- b"}}, .settings = {.delete_excluded = true}});
    EXPECT_TRUE(receiver.sends("b"));
    EXPECT_TRUE(receiver.protects("b"));
    Checker excluded({.options = {"-f:e .r"}, .files = {{".r", "- b\nP c"}}, .settings = {.delete_excluded = true}});
    EXPECT_FALSE(excluded.protects("b"));
    EXPECT_TRUE(excluded.protects("c"));
    EXPECT_FALSE(excluded.protects(".r"));
    EXPECT_FALSE(excluded.sends(".r"));
    Checker twice({.options = {"-f:s .r"}, .files = {{".r", "-s b"}}});
    EXPECT_TRUE(twice.sends("b"));
    EXPECT_EQ(twice.error().message,
              "specified-side merge file contains specified-side filter: <rule from /home/me/src/.r line 1>");
}

TEST(RuleSides, Xattrs)
{
    struct Case {
        std::string rule;
        std::string hidden;
    };
    const Case cases[] = {
        {"-x user.a", "user.a"},
        {"-x a", ""},
        {"-x *a", "user.a"},
        {"-x user.*", "user.a user.b user.c.d"},
        {"-x /user.a", "user.a"},
        {"-x user.a/", ""},
        {"-x! user.a", "user.b user.c.d user.a/b"},
        {"-x *", "user.a user.b user.c.d user.a/b"},
        {"-x b", "user.a/b"},
        {"-x user.**b", "user.b user.a/b"},
        {"-x user.a/***", "user.a/b"},
        {"Hx user.a", "user.a"},
        {"- user.a", ""},
    };
    for (const Case& c : cases) {
        Checker checker({.options = {"-f" + c.rule}});
        std::string hidden;
        for (const char* name : {"user.a", "user.b", "user.c.d", "user.a/b"}) {
            if (checker.base().check_xattr(name, Side::Sender) != Verdict::Exclude) continue;
            hidden.append(hidden.empty() ? "" : " ").append(name);
        }
        EXPECT_EQ(hidden, c.hidden) << c.rule;
        EXPECT_EQ(checker.base().has_xattr_rules(), c.rule != "- user.a");
    }
    Checker include({.options = {"-f+x user.a", "-f-x *"}});
    EXPECT_EQ(include.base().check_xattr("user.a", Side::Receiver), Verdict::Include);
    EXPECT_TRUE(include.base().empty());
}

TEST(CvsExclude, TheList)
{
    Checker checker({.options = {"-C"}});
    EXPECT_EQ(checker.hidden("RCS CVS.adm cvslog.1 tags a~ #a .#a ,a _$a a$ a.bak a.Z a.so core .git/ .git x.c .gitx/"),
              "RCS CVS.adm cvslog.1 tags a~ #a .#a ,a _$a a$ a.bak a.Z a.so core .git/");
    EXPECT_TRUE(checker.protects("a.o"));
    EXPECT_FALSE(checker.protects("gone/a.o", Side::ReceiverInDeleted));
    Checker sender({.options = {"-f-Cs"}});
    EXPECT_FALSE(sender.sends("a.o"));
    EXPECT_FALSE(sender.protects("a.o"));
    Checker include({.options = {"-f+C", "-f- *"}});
    EXPECT_EQ(include.hidden("a.o a.c"), "a.c");
}

TEST(CvsExclude, TheUsersOwn)
{
    const FilterBuilder::Settings settings = {.home = "/h", .cvsignore_environment = "e1  e2"};
    const Files files = {{"/h/.cvsignore", "h1\nh2"}, {"x/.cvsignore", "here !\nonly"}};
    Checker checker({.options = {"-f+ a.o", "-C"}, .files = files, .settings = settings});
    EXPECT_EQ(checker.hidden("h1 h2 e1 e2 a.o b.o only x/here x/only x/y/only x/h1"), "h1 h2 e1 e2 b.o x/only x/h1");
    EXPECT_TRUE(checker.protects("gone/h1", Side::ReceiverInDeleted));
    // A "!" clears CVS's list, not the other rules.
    Checker cleared({.options = {"-f- z", "-f-C"},
                     .files = {{"/h/.cvsignore", "h1 ! h2"}},
                     .settings = {.home = "/h", .cvsignore_environment = "e1"}});
    EXPECT_EQ(cleared.hidden("z a.o h1 h2 e1"), "z h2 e1");
}

}  // namespace
}  // namespace arsync::rules::test
