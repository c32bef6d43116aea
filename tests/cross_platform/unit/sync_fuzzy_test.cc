// The distances that `rsync --debug=fuzzy2` prints (whole.rest, the rest in 1/65536).
#include "sync/fuzzy.h"

#include <gtest/gtest.h>

namespace arsync::sync {
namespace {

constexpr std::uint64_t distance(std::uint64_t whole, std::uint64_t rest)
{
    return whole * 65536 + rest;
}

TEST(SyncFuzzy, DistancesAreRsyncs)
{
    EXPECT_EQ(fuzzy_distance("fresh.d", "fresh.c"), distance(11, 11));
    EXPECT_EQ(fuzzy_distance("new-1.1.tar", "new-1.2.tar"), distance(1, 1));
    EXPECT_EQ(fuzzy_distance("new-1.2.tax", "new-1.2.tar"), distance(11, 66));
    EXPECT_EQ(fuzzy_distance("new-1.1.tar", "fresh.c"), distance(40, 2711));
    EXPECT_EQ(fuzzy_distance("other", "fresh.c"), distance(26, 1531));
    EXPECT_EQ(fuzzy_distance("zzz", "fresh.c"), distance(27, 1544));
    EXPECT_EQ(fuzzy_distance(".file.txt", "file.txt"), distance(1, 0));
    EXPECT_EQ(fuzzy_distance("File.txt", "file.txt"), distance(1, 32));
    EXPECT_EQ(fuzzy_distance("file.tx", "file.txt"), distance(11, 1276));
    EXPECT_EQ(fuzzy_distance("file.txt~", "file.txt"), distance(1, 126));
    EXPECT_EQ(fuzzy_distance("file2.txt", "file.txt"), distance(1, 50));
    EXPECT_EQ(fuzzy_distance("a", "a.tar.gz"), distance(37, 3095));
    EXPECT_EQ(fuzzy_distance("a.tar.bz2", "a.tar.gz"), distance(22, 605));
    EXPECT_EQ(fuzzy_distance("a.zip", "a.tar.gz"), distance(36, 1611));
    EXPECT_EQ(fuzzy_distance(".hiddeo", ".hidden"), distance(1, 1));
    EXPECT_EQ(fuzzy_distance("hidden", ".hidden"), distance(1, 0));
    EXPECT_EQ(fuzzy_distance("noext-1.c", "noext"), distance(24, 1689));
    EXPECT_EQ(fuzzy_distance("noext.1", "noext"), distance(22, 1045));
    EXPECT_EQ(fuzzy_distance("name", "name.old"), distance(4, 365));
    EXPECT_EQ(fuzzy_distance("name.olx", "name.old"), distance(41, 3870));
    EXPECT_EQ(fuzzy_distance("other.old", "name.old"), distance(4, 139));
}

FuzzyNames names(std::initializer_list<const char*> list)
{
    std::vector<FuzzyNames::File> files;
    for (const auto* name : list) files.push_back({*Name::make(name), 10, 20});
    return FuzzyNames(std::move(files));
}

std::string nearest(const FuzzyNames& candidates, const char* name, std::uint64_t size = 1)
{
    platform::Metadata source;
    source.size = size;
    source.modified.seconds = 20;
    const auto wanted = *Name::make(name);
    const auto* found = candidates.nearest(wanted, source);
    return found == nullptr ? "" : found->name.str();
}

TEST(SyncFuzzy, NearestName)
{
    EXPECT_EQ(nearest(names({"same.b", "same.d", "same.e"}), "same.c"), "same.d");  // the last of equal ones
    EXPECT_EQ(nearest(names({"new-1.1.tar", "new-1.2.tax", "other"}), "new-1.2.tar"), "new-1.1.tar");
    EXPECT_EQ(nearest(names({"other"}), "fresh.c"), "");  // too far
    EXPECT_EQ(nearest(names({}), "x"), "");
}

TEST(SyncFuzzy, SameSizeAndTimeComeFirst)
{
    EXPECT_EQ(nearest(names({"nothing like it", "same.d"}), "same.c", 10), "nothing like it");
}

}  // namespace
}  // namespace arsync::sync
