#include "cli/id_rules.h"

#include <gtest/gtest.h>

namespace arsync::cli {
namespace {

using Rule = sync::IdRules::Rule;
using Range = sync::IdRules::Range;

std::optional<std::uint32_t> find(const std::string& name)
{
    if (name == "bin") return 2;
    if (name == "sys") return 3;
    return std::nullopt;
}

std::expected<sync::IdRules, UsageError> parse(std::string_view text, std::vector<std::string>* told = nullptr)
{
    std::vector<std::string> warnings;
    auto rules = parse_id_rules("usermap", text, find, warnings);
    if (told != nullptr) *told = warnings;
    return rules;
}

TEST(IdRules, ParsesRangesNamesAndNumbers)
{
    const auto rules = parse("0-99:bin,wayne:5,*:sys,:7,00012:0");
    ASSERT_TRUE(rules.has_value());
    const std::vector<Rule> wanted{
        {Range{0, 99}, 2}, {std::string("wayne"), 5}, {std::string("*"), 3}, {std::string(), 7}, {Range{12, 12}, 0}};
    EXPECT_EQ(rules->rules, wanted);
}

TEST(IdRules, NamesThatDoNotExistAreLeftOutAndTold)
{
    std::vector<std::string> told;
    const auto rules = parse("1:nosuch,2:bin", &told);
    ASSERT_TRUE(rules.has_value());
    EXPECT_EQ(rules->rules, (std::vector<Rule>{{Range{2, 2}, 2}}));
    EXPECT_EQ(told, (std::vector<std::string>{"Unknown --usermap name on receiver: nosuch"}));
}

TEST(IdRules, RefusesInRsyncsWords)
{
    const std::pair<const char*, const char*> cases[] = {{"", "No colon found in --usermap: "},
                                                         {"1", "No colon found in --usermap: 1"},
                                                         {"1:2,", "No colon found in --usermap: "},
                                                         {"1:", "No name found after colon --usermap: 1:"},
                                                         {"1-:7", "Invalid number in --usermap: 1-"},
                                                         {"1*:7", "Invalid number in --usermap: 1*"},
                                                         {"1-2-3:7", "Invalid number in --usermap: 1-2-3"},
                                                         {"1:4294967296", "Invalid ID number: 4294967296"}};
    for (const auto& [text, message] : cases) {
        const auto rules = parse(text);
        ASSERT_FALSE(rules.has_value()) << text;
        EXPECT_EQ(rules.error().message, message);
    }
}

TEST(IdMap, FirstMatchWins)
{
    const auto rules = parse("5:50,0-9:90,b*:100,:200").value();
    const sync::IdMap map(rules, [](std::uint32_t id) -> std::optional<std::string> {
        return id == 20   ? std::optional<std::string>("bob")
               : id == 30 ? std::optional<std::string>("al")
                          : std::nullopt;
    });
    EXPECT_EQ(map(5), 50U);
    EXPECT_EQ(map(0), 90U);
    EXPECT_EQ(map(20), 100U);
    EXPECT_EQ(map(30), 30U);
    EXPECT_EQ(map(40), 200U);
    const sync::IdMap nameless(rules, nullptr);
    EXPECT_EQ(nameless(20), 200U);
    EXPECT_EQ(nameless(30), 200U);
}

}  // namespace
}  // namespace arsync::cli
