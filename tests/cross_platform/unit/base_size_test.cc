// Expectations: rsync(1), --max-size, and which files rsync 3.5 left out with --max-size=TEXT.
#include "base/size.h"

#include <gtest/gtest.h>

namespace arsync {
namespace {

constexpr std::uint64_t kKibi = 1024;
constexpr std::uint64_t kPebi = kKibi * kKibi * kKibi * kKibi * kKibi;

struct Case {
    const char* text;
    std::uint64_t bytes;
};

TEST(ParseSize, ManualsExamples)
{
    EXPECT_EQ(parse_size("1.5mb-1"), 1'499'999U);
    EXPECT_EQ(parse_size("2g+1"), 2'147'483'649U);
    EXPECT_EQ(parse_size("1.5m"), 1'572'864U);
}

TEST(ParseSize, SuffixesInAnyCase)
{
    const Case cases[] = {
        {"0", 0},
        {"1", 1},
        {"007", 7},
        {"1b", 1},
        {"1B", 1},
        {"1024b", 1024},
        {"1k", kKibi},
        {"1K", kKibi},
        {"1KiB", kKibi},
        {"1kib", kKibi},
        {"1KIB", kKibi},
        {"1Kib", kKibi},
        {"1kb", 1000},
        {"1KB", 1000},
        {"1Kb", 1000},
        {"1m", kKibi * kKibi},
        {"1MB", 1'000'000},
        {"3gb", 3'000'000'000},
        {"1g", kKibi * kKibi * kKibi},
        {"2TB", 2'000'000'000'000},
        {"1t", kKibi * kKibi * kKibi * kKibi},
        {"1p", kPebi},
        {"1PB", 1'000'000'000'000'000},
        {"8191P", 8191 * kPebi},
    };
    for (const auto& c : cases) EXPECT_EQ(parse_size(c.text), c.bytes) << c.text;
}

TEST(ParseSize, Fractions)
{
    const Case cases[] = {{"1.5k", 1536}, {"1.5kb", 1500}, {".5k", 512},    {"1.", 1},
                          {"1.0", 1},     {"1.5", 1},      {"1.2kib", 1228}};
    for (const auto& c : cases) EXPECT_EQ(parse_size(c.text), c.bytes) << c.text;
}

TEST(ParseSize, OneByteMoreOrLess)
{
    const Case cases[] = {{"1k-1", 1023},   {"1k+1", 1025},   {"1KB+1", 1001},
                          {"1024+1", 1025}, {"1024-1", 1023}, {"1b+1", 2}};
    for (const auto& c : cases) EXPECT_EQ(parse_size(c.text), c.bytes) << c.text;
}

TEST(ParseSize, DefaultSuffixHoldsOnlyWithoutOne)
{
    EXPECT_EQ(parse_size("8", 'k'), 8192U);
    EXPECT_EQ(parse_size("1.5", 'k'), 1536U);
    EXPECT_EQ(parse_size("8b", 'k'), 8U);
    EXPECT_EQ(parse_size("1m", 'k'), 1'048'576U);
    EXPECT_EQ(parse_size("1+1", 'k'), 1025U);
}

TEST(ParseSize, RefusesWhatRsyncCallsInvalid)
{
    for (const char* text :
         {"1x", "1kk", "1kbb", "1kB+2", "+1", "-1", "1k-2", "1 k", " 1", "1.5.5", "0x10", "1e3", "1ki"})
        EXPECT_EQ(parse_size(text), std::nullopt) << text;
}

TEST(ParseSize, RefusesTextWithoutANumber)
{
    // rsync takes these for 0, which with --max-size would silently copy nothing but empty files.
    for (const char* text : {"", ".", "k", "GiB"}) EXPECT_EQ(parse_size(text), std::nullopt) << text;
}

TEST(ParseSize, RefusesWhatRsyncCallsTooLarge)
{
    for (const char* text : {"0-1", "8192p", "8192P-1", "9223372036854775808", "99999999999999999999999", "1e99"})
        EXPECT_EQ(parse_size(text), std::nullopt) << text;
}

}  // namespace
}  // namespace arsync
