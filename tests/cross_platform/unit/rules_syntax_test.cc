// The forms of a rule and what is refused. Expectations: rsync 3.5.0's own words for the same option.

#include <gtest/gtest.h>

#include "rules_fixture.h"

namespace arsync::rules::test {
namespace {

using namespace std::string_literals;

TEST(RuleSyntax, RefusedOptions)
{
    const std::map<std::string, std::string> cases = {
        {"zz foo", "Unknown filter rule: zz foo"},
        {" - a", "Unknown filter rule:  - a"},
        {",- a", "Unknown filter rule: ,- a"},
        {"Exclude a", "Unknown filter rule: Exclude a"},
        {"excludea", "Unknown filter rule: excludea"},
        {"exclude/ a", "Unknown filter rule: exclude/ a"},
        {"-", "unexpected end of filter rule: -"},
        {"- ", "unexpected end of filter rule: - "},
        {"-_", "unexpected end of filter rule: -_"},
        {"-,", "unexpected end of filter rule: -,"},
        {"exclude", "unexpected end of filter rule: exclude"},
        {": ", "unexpected end of filter rule: : "},
        {".", "unexpected end of filter rule: ."},
        {"! a", "'!' rule has trailing characters: ! a"},
        {"!p", "'!' rule has trailing characters: !p"},
        {"clear,p", "'!' rule has trailing characters: clear,p"},
        {"-foo", "invalid modifier 'f' at position 1 in filter rule: -foo"},
        {"-s,p a", "invalid modifier ',' at position 2 in filter rule: -s,p a"},
        {"exclude,z a", "invalid modifier 'z' at position 8 in filter rule: exclude,z a"},
        {"Hs a", "invalid modifier 's' at position 1 in filter rule: Hs a"},
        {"HC", "invalid modifier 'C' at position 1 in filter rule: HC"},
        {"-e a", "invalid modifier 'e' at position 1 in filter rule: -e a"},
        {":-+ a", "invalid modifier '+' at position 2 in filter rule: :-+ a"},
        {":! a", "invalid modifier '!' at position 1 in filter rule: :! a"},
        {":-C a", "invalid modifier 'C' at position 2 in filter rule: :-C a"},
        {"dir-merge,Cz x", "invalid modifier 'z' at position 11 in filter rule: dir-merge,Cz x"},
        {". no", "failed to open exclude file no: No such file or directory (2)"},
        {".+ no", "failed to open include file no: No such file or directory (2)"},
        {".C", "failed to open exclude file .cvsignore: No such file or directory (2)"},
    };
    for (const auto& [rule, message] : cases) EXPECT_EQ(refusal({.options = {"-f" + rule}}), message);
    EXPECT_EQ(refusal({.options = {"--exclude=- "}}), "unexpected end of filter rule: - ");
    EXPECT_EQ(Checker({.options = {"-fzz"}}).error().exit_code, 1);
    EXPECT_EQ(Checker({.options = {"-f. no"}}).error().exit_code, 11);
}

TEST(RuleSyntax, AcceptedForms)
{
    for (const char* rule : {"- a", "-_a", "-, a", "-sss a", "exclude a", "exclude_a", "exclude,p a", "hide a",
                             "hide,p a", "H a", "H/p a"})
        EXPECT_EQ(Checker({.options = {std::string("-f") + rule}}).hidden("a b"), "a") << rule;
    for (const char* rule :
         {"+ a", "include a", "show a", "S a", "protect a", "P a",  "R a", "risk_a", "-r a",  "-x a", "!",
          "!,",  "clear",     "clear,", "",    "-C",        "-C a", ":C",  ":nn x",  ":wC a", ": ..", ": /"})
        EXPECT_EQ(Checker({.options = {std::string("-f") + rule}}).hidden("a b"), "") << rule;
}

TEST(RuleSyntax, ExcludeAndInclude)
{
    EXPECT_EQ(Checker({.options = {"--exclude=a"}}).hidden("a b"), "a");
    EXPECT_EQ(Checker({.options = {"--exclude=+ a", "--exclude=*"}}).hidden("a b"), "b");
    EXPECT_EQ(Checker({.options = {"--include=- a", "--include=b"}}).hidden("a b"), "a");
    EXPECT_EQ(Checker({.options = {"--exclude=a", "--exclude=!", "--exclude=b"}}).hidden("a b"), "b");
    EXPECT_EQ(Checker({.options = {"--exclude="}}).hidden("a b"), "");
    // Only "+ " and "- " are prefixes, and a "!" clears only when alone.
    EXPECT_EQ(
        Checker({.options = {"--exclude=+", "--exclude=+_a", "--exclude=!x", "--exclude=;c"}}).hidden("+ +_a !x ;c a"),
        "+ +_a !x ;c");
    EXPECT_EQ(Checker({.options = {"-f- a", "-f!", "-f- b"}}).hidden("a b"), "b");
}

std::string hidden_by(const std::string& option, const std::string& content, FilterBuilder::Settings settings = {})
{
    Checker checker({.options = {option}, .files = {{"/f", content}}, .settings = std::move(settings)});
    return checker.error().message.empty() ? checker.hidden("a b ! # #c ;d - cr") : checker.error().message;
}

TEST(RuleSyntax, FilesOfPatterns)
{
    const std::string from = "--exclude-from=/f";
    EXPECT_EQ(hidden_by(from, "a\r\nb"), "a b");
    EXPECT_EQ(hidden_by(from, "\n\na\rb\n"), "a b");
    EXPECT_EQ(hidden_by(from, "#c\n;d\na\n"), "a");
    EXPECT_EQ(hidden_by(from, "a\n!\nb\n"), "b");
    EXPECT_EQ(hidden_by(from, "+ a\n?\n"), "b ! # -");
    EXPECT_EQ(hidden_by(from, "cr\0b"s), "cr");
    EXPECT_EQ(hidden_by(from, "a \nb"), "b");
    EXPECT_EQ(hidden_by(from, "b\n- \n"), "unexpected end of filter rule: <rule from /f line 2>");
    EXPECT_EQ(hidden_by("--include-from=/f", "- a\nb"), "a");
    // Comments stay comments with --from0.
    EXPECT_EQ(hidden_by(from, "a\0#c\0b"s, {.null_separated = true}), "a b");
    EXPECT_EQ(hidden_by(from, "a\nb\0"s, {.null_separated = true}), "");
}

TEST(RuleSyntax, MergedFiles)
{
    EXPECT_EQ(hidden_by("-f. /f", "- a\r\n\n# x\n;d\n- b"), "a b");
    EXPECT_EQ(hidden_by("-f. /f", "- a\n!\n- b\n"), "b");
    EXPECT_EQ(hidden_by("-f. /f", "a"), "Unknown filter rule: <rule from /f line 1>");
    EXPECT_EQ(hidden_by("-f. /f", "- a\r\n\n-z b"), "invalid modifier in filter rule: <rule from /f line 3>");
    EXPECT_EQ(hidden_by("-f. /f", "! \n"), "'!' rule has trailing characters: <rule from /f line 1>");
    EXPECT_EQ(hidden_by("-f.- /f", "a\n!\n#c\n- b"), "a !");
    EXPECT_EQ(hidden_by("-f.C /f", "a ! b\t#c\n;d"), "b #c ;d");
    EXPECT_EQ(hidden_by("-f.-w /f", "a ! b\f#c"), "a b ! #c");
    EXPECT_EQ(hidden_by("-f.w /f", "-_a\n-_b"), "a b");
    EXPECT_EQ(hidden_by("-f.w /f", "#c -_b"), "Unknown filter rule: <rule from /f>");
    // rsync(1): "- foo + bar" is parsed as two rules. (rsync 3.5.0 refuses it.)
    EXPECT_EQ(hidden_by("-f.w /f", "- a\n + b -! *"), "a");
    EXPECT_EQ(hidden_by("-f.w /f", "- a -"), "unexpected end of filter rule: <rule from /f>");
}

TEST(RuleSyntax, MergeModifiersHoldInTheFile)
{
    const auto hidden = [](const std::string& rule, const std::string& content) {
        Checker checker({.options = {"-f" + rule}, .files = {{"/f", content}, {"/g", "- b"}}});
        return checker.error().message.empty() ? checker.hidden("a b src/a f") : checker.error().message;
    };
    EXPECT_EQ(hidden("./ /f", "- src/a"), "a src/a");
    EXPECT_EQ(hidden(".e /f", "- a"), "a src/a f");
    EXPECT_EQ(hidden(".r /f", "- a"), "");
    EXPECT_EQ(hidden(".r /f", "- a\n. /g"), "");
    EXPECT_EQ(hidden(".s /f", "- a\n. /g"), "a b src/a");
    EXPECT_EQ(hidden(".x /f", "- a"), "a src/a");  // x is not passed on
    const std::string sided = "specified-side merge file contains specified-side filter: ";
    for (const char* rule : {"-s a", "H a", "P a", ".s /g", ":s g"})
        EXPECT_EQ(hidden(".sr /f", rule), sided + "<rule from /f line 1>");
    EXPECT_EQ(hidden(". /f", ". /no"), "failed to open exclude file <rule from /f line 1>");
    EXPECT_EQ(hidden(". /f", ". /f"), "failed to open exclude file <rule from a file named at /f line 1>");
    Checker nested({.options = {"-f. /f"}, .files = {{"/f", "\n. /g"}, {"/g", "- a\nzz"}}});
    EXPECT_EQ(nested.error().message, "Unknown filter rule: <rule from a file named at /f line 2>");
}

}  // namespace
}  // namespace arsync::rules::test
