// Expectations: rsync(1), PATTERN MATCHING RULES; where that is silent, what rsync 3.5.0 matched.

#include "rules/wildmatch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace arsync::rules {
namespace {

struct Case {
    std::string_view pattern;
    std::string_view text;
    bool matches;
};

constexpr Case kCases[] = {
    {"", "", true},
    {"", "a", false},
    {"foo", "foo", true},
    {"foo", "foobar", false},
    {"?", "a", true},
    {"?", "/", false},
    {"??", "\xc3\xa9", true},  // bytes, not characters
    {"*", "", true},
    {"*", ".hidden", true},
    {"*", "a/b", false},
    {"*/b", "a/b", true},
    {"*.o", "foo.o", true},
    {"*.o", "foo.c", false},
    {"a*b*c", "aXbYbZc", true},
    {"a*b*c", "aXbYc/c", false},
    {"*ab", "aab", true},
    {"**", "a/b", true},
    {"**b", "a/b", true},
    {"a**c", "a/b/c", true},
    {"a/**/c", "a/c", false},
    {"a/**/c", "a/b/c", true},
    {"**/c", "c", false},
    {"a/***", "a/b/c", true},
    {"a/***", "a", false},
    {"**/*a/b", "x/y/ca/b", true},
    {"**/x*y/z", "x/xay/q/xby/z", true},
    {"[ab]", "b", true},
    {"[ab]", "c", false},
    {"[!ab]", "c", true},
    {"[^ab]", "a", false},
    {"[a-c]", "b", true},
    {"[c-a]", "c", true},
    {"[c-a]", "b", false},
    {"[]]", "]", true},
    {"[!]]", "]", false},
    {"[]-a]", "^", true},
    {"[-x]", "-", true},
    {"[x-]", "-", true},
    {"[--0]", ".", true},
    {"[\\]]", "]", true},
    {"[\\a-\\c]", "b", true},
    {"[[]ab]", "[ab]", true},
    {"[!a]", "/", false},
    {"a[/]b", "a/b", false},
    {"[[:alpha:]][[:digit:]]", "a1", true},
    {"[[:upper:]]", "a", false},
    {"[[:punct:]-]", "-", true},
    {"[[:space:]]", "\v", true},
    {"[[:foo:]]", "f", false},
    {"[[:foo:]]", "[", false},
    {"[![:alpha:]]", "1", true},
    {"[a", "[a", false},
    {"[", "[", false},
    {"\\*", "*", true},
    {"\\*", "a", false},
    {"\\a*", "ab", true},
    {"\\\\*", "\\b", true},
    {"foo\\", "foo\\", false},
    {"foo*\\", "foo\\", false},
};

TEST(Wildmatch, Table)
{
    for (const Case& c : kCases) EXPECT_EQ(wildmatch(c.pattern, c.text), c.matches) << c.pattern << " on " << c.text;
}

TEST(Wildmatch, HostilePatternsTakeNoAges)
{
    std::string stars;
    for (int i = 0; i < 60; ++i) stars += i % 2 == 0 ? "*a" : "**a";
    const std::string text(4000, 'a');
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FALSE(wildmatch(stars + "b", text));
    EXPECT_FALSE(wildmatch("*a*a*a*a*a*a*a*a*a*a*b", text));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

}  // namespace
}  // namespace arsync::rules
