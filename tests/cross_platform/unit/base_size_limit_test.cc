// Sizes of --max-size and --min-size.

#include "base/size.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace arsync {
namespace {

TEST(SizeLimit, Values)
{
    for (const auto& [text, bytes] : {std::pair<std::string, std::uint64_t>{"", 0},
                                      {"k", 0},
                                      {"b+1", 1},
                                      {".", 0},
                                      {".5k", 512},
                                      {"1.5k", 1536},
                                      {"1kb-1", 999},
                                      {"1KiB", 1024},
                                      {"2g+1", 2147483649},
                                      {"8191P", std::uint64_t{8191} << 50}})
        EXPECT_EQ(parse_size_limit(text).value_or(~std::uint64_t{0}), bytes) << text;
}

TEST(SizeLimit, WhyNot)
{
    for (const std::string text : {"x", "+1", "1.5.5", "5x", "5k+2", " 5", "5 ", "-"})
        EXPECT_EQ(parse_size_limit(text), std::unexpected(SizeError::Invalid)) << text;
    for (const std::string text : {"-1", "0-1", "k-1", "8192P", "99999999999P", "99999999999999999999", "8192P-1"})
        EXPECT_EQ(parse_size_limit(text), std::unexpected(SizeError::TooLarge)) << text;
}

}  // namespace
}  // namespace arsync
