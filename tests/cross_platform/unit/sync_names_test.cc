// The order of names, the merging of several sources, and names of temporary files. Expectations: rsync 3.5 -ai.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "sync/source_list.h"
#include "sync/temp_name.h"
#include "temp_directory.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using platform::Listing;
using test::name;
using test::TempDirectory;

/// "d/" is a directory.
bool before(std::string a, std::string b)
{
    const auto cut = [](std::string& text) {
        const bool directory = text.ends_with('/');
        if (directory) text.pop_back();
        return directory;
    };
    const bool a_directory = cut(a);
    const bool b_directory = cut(b);
    return comes_before(name(a), a_directory, name(b), b_directory);
}

TEST(SyncOrder, IsRsyncs)
{
    const std::vector<std::string> sorted = {".h",  "B",    "_u", "b-c",   "b.c", "c",    "\303\251", "a/",
                                             "b!/", "b.d/", "b/", "dd-x/", "dd/", "dd0/", "ddd/"};
    auto shuffled = sorted;
    std::ranges::shuffle(shuffled, std::minstd_rand(7));
    std::ranges::sort(shuffled, before);
    EXPECT_EQ(shuffled, sorted);
    for (const auto& each : sorted) EXPECT_FALSE(before(each, each)) << each;
}

class SyncSourceList : public testing::Test {
protected:
    void add(const TempDirectory& directory, std::uint32_t source, const std::vector<bool>& keep = {})
    {
        list_.add(Listing::read(directory.open()).names(), source, keep);
    }

    /// "NAME:SOURCE" in order, directories with '/' and all their sources.
    std::string entries()
    {
        std::string text;
        for (const auto& entry : list_.entries()) {
            text += text.empty() ? "" : " ";
            text += entry.name.view();
            text += entry.type == FileType::Directory ? "/:" : ":";
            for (const auto source : entry.sources()) text += std::to_string(source);
        }
        return text;
    }

    SourceList list_;
    const TempDirectory first_;
    const TempDirectory second_;
    const TempDirectory third_;
};

TEST_F(SyncSourceList, OneSourceIsSorted)
{
    for (const char* file : {"b/x", "b.c", "B", "a/z", ".h", "b-c"}) first_.write(file, "");
    add(first_, 0);
    list_.finish();
    EXPECT_EQ(entries(), ".h:0 B:0 b-c:0 b.c:0 a/:0 b/:0");
}

TEST_F(SyncSourceList, FirstSourceOfANameCountsAndDirectoriesMerge)
{
    for (const char* file : {"f", "d/x"}) first_.write(file, "1");
    for (const char* file : {"f", "d/x", "d/y", "only"}) second_.write(file, "2");
    for (const char* file : {"d/z", "e/q"}) third_.write(file, "3");
    add(first_, 0);
    add(second_, 1);
    add(third_, 2);
    list_.finish();
    EXPECT_EQ(entries(), "f:0 only:1 d/:012 e/:2");
}

TEST_F(SyncSourceList, DirectoryWinsOverAFileOfThatName)
{
    first_.write("m/q", "");
    first_.write("n", "");
    second_.write("m", "");
    second_.write("n/q", "");
    add(first_, 0);
    add(second_, 1);
    list_.finish();
    EXPECT_EQ(entries(), "m/:0 n/:1");
}

TEST_F(SyncSourceList, SameDirectoryTwiceIsListedOnce)
{
    first_.write("f", "");
    first_.write("d/x", "");
    add(first_, 0);
    add(first_, 1);
    list_.finish();
    EXPECT_EQ(entries(), "f:0 d/:01");
}

TEST_F(SyncSourceList, FilteredNamesTakeNoPart)
{
    for (const char* file : {"a", "b", "c"}) first_.write(file, "");
    const auto listing = Listing::read(first_.open());
    std::vector<bool> keep;
    for (const auto& listed : listing.names()) keep.push_back(listed.name.view() != "b");
    list_.add(listing.names(), 0, keep);
    list_.finish();
    EXPECT_EQ(entries(), "a:0 c:0");
    EXPECT_FALSE(list_.contains(name("b")));
}

TEST_F(SyncSourceList, ContainsNamesOfBothKinds)
{
    for (const char* file : {"a", "m", "z", "d/x", "dd/x", "d.x/y"}) first_.write(file, "");
    add(first_, 0);
    list_.finish();
    for (const char* each : {"a", "m", "z", "d", "dd", "d.x"}) EXPECT_TRUE(list_.contains(name(each))) << each;
    for (const char* each : {"A", "ab", "b", "zz", "d.", "ddd", "x"}) EXPECT_FALSE(list_.contains(name(each))) << each;
}

TEST_F(SyncSourceList, OperandsMixWithContents)
{
    first_.write("f", "");
    add(first_, 0);
    list_.add_operand(name("e"), FileType::Regular, 1);
    list_.add_operand(name("f"), FileType::Regular, 1);
    list_.add_operand(name("a"), FileType::Directory, 2);
    list_.finish();
    EXPECT_EQ(entries(), "e:1 f:0 a/:2");
}

TEST_F(SyncSourceList, OnlyOperandMayGetAnotherName)
{
    list_.add_operand(name("source"), FileType::Regular, 0);
    list_.finish();
    EXPECT_EQ(list_.entries().front().target(), name("source"));
    list_.rename_only_entry(name("target"));
    EXPECT_EQ(list_.entries().front().target(), name("target"));
    EXPECT_EQ(list_.entries().front().name, name("source"));
}

TEST(SyncJoinedPath, RootIsEmpty)
{
    EXPECT_EQ(joined_path("", name("a")), "a");
    EXPECT_EQ(joined_path("a/b", name("c")), "a/b/c");
    EXPECT_EQ(joined_path("/", name("c")), "/c");
}

std::string temporary(const std::string& of)
{
    return temporary_name(name(of)).str();
}

TEST(SyncTemporaryName, IsHiddenAndEndsInSixRandomLetters)
{
    EXPECT_EQ(temporary("file").substr(0, 6), ".file.");
    EXPECT_EQ(temporary("file").size(), 12U);
    const auto suffix = temporary("file").substr(6);
    EXPECT_TRUE(std::ranges::all_of(suffix, [](unsigned char c) { return std::isalnum(c) != 0; })) << suffix;
    std::set<std::string> names;
    for (int i = 0; i < 1000; ++i) names.insert(temporary("file"));
    EXPECT_EQ(names.size(), 1000U);
}

TEST(SyncTemporaryName, LeadingDotIsNotDoubled)
{
    EXPECT_EQ(temporary(".file").substr(0, 6), ".file.");
    EXPECT_EQ(temporary("...").substr(0, 4), "....");
}

TEST(SyncTemporaryName, IsNeverLongerThanANameMayBe)
{
    // NAME_MAX is 255: limits.h(0p).
    for (const std::size_t length : {246U, 247U, 248U, 249U, 254U, 255U}) {
        const auto made = temporary(std::string(length, 'n'));
        EXPECT_EQ(made.size(), std::min<std::size_t>(255, length + 8)) << length;
        EXPECT_EQ(made[made.size() - 7], '.') << length;
    }
}

TEST(SyncTemporaryName, IsNotCutInsideACharacter)
{
    for (std::size_t shift = 0; shift < 4; ++shift) {
        std::string long_name(shift, 'n');
        while (long_name.size() + 4 <= 255) long_name += "\360\237\230\200";  // four bytes each
        const auto made = temporary(long_name);
        ASSERT_LE(made.size(), 255U);
        const auto kept = made.substr(1, made.size() - 8);
        EXPECT_EQ((kept.size() - shift) % 4, 0U) << shift;
        EXPECT_TRUE(long_name.starts_with(kept)) << shift;
        EXPECT_GT(kept.size(), 240U) << shift;
    }
}

TEST(SyncTemporaryName, BytesThatAreNoUtf8StillGiveAName)
{
    const auto made = temporary(std::string(255, '\200'));
    EXPECT_EQ(made.size(), 255U);
    EXPECT_TRUE(made.starts_with(".\200\200"));
}

}  // namespace
}  // namespace arsync::sync
