#include "base/mode_changes.h"

#include <gtest/gtest.h>

#include <string>

namespace arsync {
namespace {

/// As rsync 3.5.0 does it, tried by hand; modes are octal.
struct Case {
    const char* text;
    unsigned umask;
    bool directory;
    unsigned from;
    unsigned to;
};

class ModeChangesTest : public testing::TestWithParam<Case> {};

TEST_P(ModeChangesTest, ChangesAsRsyncDoes)
{
    const auto& [text, umask, directory, from, to] = GetParam();
    const auto changes = ModeChanges::parse(text, static_cast<std::uint16_t>(umask));
    ASSERT_TRUE(changes.has_value()) << text;
    EXPECT_EQ(changes->apply(static_cast<std::uint16_t>(from), directory), to) << text << " from " << std::oct << from;
}

INSTANTIATE_TEST_SUITE_P(
    Table, ModeChangesTest,
    testing::Values(
        Case{"D2775,F664", 022, true, 0755, 02775}, Case{"D2775,F664", 022, false, 06755, 0664},
        Case{"64", 022, false, 0644, 064}, Case{"00000755", 022, false, 0, 0755},
        // Without "who" the umask cuts what is added and removed, not what is cleared by '='.
        Case{"+w", 022, false, 0444, 0644}, Case{"=r", 022, false, 0755, 0444}, Case{"=r", 077, false, 0755, 0400},
        Case{"=", 0, false, 06755, 06000}, Case{"+", 0, false, 0640, 0640},
        // Special bits.
        Case{"u+s", 022, false, 0644, 04644}, Case{"a+s", 022, false, 0644, 06644}, Case{"+s", 022, false, 0644, 04644},
        Case{"o+s", 022, false, 0644, 04644}, Case{"go+s", 022, false, 0644, 02644},
        Case{"+t", 077, false, 0644, 01644}, Case{"g=s", 022, false, 06755, 06705},
        Case{"u=t", 022, false, 06755, 03055}, Case{"g=xtr", 0, false, 06755, 05755},
        Case{"u=", 0, false, 06755, 06055}, Case{"a=s", 0, false, 01777, 07000}, Case{"-ts", 0, false, 07777, 03777},
        Case{"-st", 0, false, 07777, 02777}, Case{"u-ts", 0, false, 07777, 02777},
        // X looks at the mode as it was at first.
        Case{"a+X", 022, false, 0644, 0644}, Case{"a+X", 022, true, 0644, 0755}, Case{"a+X", 022, false, 0744, 0755},
        Case{"a-x,a+X", 022, false, 0755, 0755}, Case{"F1,au=X", 0, false, 0, 0}, Case{"-X", 0, false, 0755, 0644},
        Case{"F75,-Xt", 0, false, 0, 064}, Case{"a+xwX", 0, false, 0, 0222},
        // Copies.
        Case{"u=g", 022, false, 06755, 02555}, Case{"g=u,o=g", 022, false, 0640, 0666},
        Case{"o-g", 0, false, 0657, 0652}));

TEST(ModeChanges, RefusesWhatRsyncRefuses)
{
    for (const char* text :
         {"",     ",",     "z",  "D", "F",    "u",     "X",    "u+r,", ",u+r", "u+q",  "u+rw-x", "u++x",
          "DF+x", "17777", "08", "8", "755x", "Da755", "+755", "d755", "g=ur", "g=uo", "u+r g"})
        EXPECT_FALSE(ModeChanges::parse(text, 0).has_value()) << '"' << text << '"';
}

TEST(ModeChanges, AppendsAndComparesAsAList)
{
    auto changes = ModeChanges::parse("a+x", 0).value();
    changes.append(ModeChanges::parse("o-x", 0).value());
    EXPECT_EQ(changes, ModeChanges::parse("a+x,o-x", 0).value());
    EXPECT_EQ(changes.apply(0600, false), 0710);
    EXPECT_TRUE(ModeChanges().empty());
}

}  // namespace
}  // namespace arsync
