#include "platform/listing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::code;
using test::name;
using test::TempDirectory;

std::multiset<std::string> names_of(const Listing& listing)
{
    std::multiset<std::string> names;
    for (const auto& listed : listing.names()) names.emplace(listed.name.view());
    return names;
}

class PlatformListing : public testing::Test {
protected:
    const TempDirectory temp_;
    const Directory directory_ = temp_.open();
};

TEST_F(PlatformListing, EmptyDirectoryHasNoNames)
{
    const auto listing = Listing::read(directory_);
    EXPECT_TRUE(listing.names().empty());
    EXPECT_FALSE(listing.failure());
}

TEST_F(PlatformListing, TenThousandNamesEachOnce)
{
    std::multiset<std::string> expected;
    for (int i = 0; i < 10'000; ++i) {
        const auto made = std::to_string(i) + std::string(static_cast<std::size_t>(i % 100), 'x');
        ASSERT_EQ(code(directory_.create_file(name(made), 0600)), 0);
        expected.insert(made);
    }
    const auto listing = Listing::read(directory_);
    EXPECT_FALSE(listing.failure());
    EXPECT_EQ(names_of(listing), expected);
}

TEST_F(PlatformListing, SameHandleCanBeReadAgain)
{
    temp_.write("a", "");
    EXPECT_EQ(names_of(Listing::read(directory_)), (std::multiset<std::string>{"a"}));
    temp_.write("b", "");
    EXPECT_EQ(names_of(Listing::read(directory_)), (std::multiset<std::string>{"a", "b"}));
    ASSERT_EQ(code(directory_.unlink(name("a"))), 0);
    EXPECT_EQ(names_of(Listing::read(directory_)), (std::multiset<std::string>{"b"}));
}

TEST_F(PlatformListing, NamesAreBytes)
{
    const std::multiset<std::string> expected = {"\377\376", "\303\251", "\351", "new\nline", "\001",
                                                 "...",      "..a",      ".h",   " ",         std::string(255, '\200')};
    for (const auto& bytes : expected) ASSERT_EQ(code(directory_.create_file(name(bytes), 0600)), 0);
    EXPECT_EQ(names_of(Listing::read(directory_)), expected);
}

TEST_F(PlatformListing, NamesAreTerminatedAndOutliveAMove)
{
    temp_.write("some-name", "");
    auto listing = Listing::read(directory_);
    const auto moved = std::move(listing);
    ASSERT_EQ(moved.names().size(), 1U);
    EXPECT_STREQ(moved.names().front().name.c_str(), "some-name");
}

TEST_F(PlatformListing, StopsWhenNoMoreAreWanted)
{
    for (int i = 0; i < 5'000; ++i) ASSERT_EQ(code(directory_.create_file(name(std::to_string(i)), 0600)), 0);
    std::size_t given = 0;
    EXPECT_EQ(code(list_names(directory_,
                              [&](const std::vector<ListedName>& names) {
                                  given += names.size();
                                  return false;
                              })),
              0);
    EXPECT_GT(given, 0U);
    EXPECT_LT(given, 5'000U);
}

TEST_F(PlatformListing, AnotherDirectoryCanBeListedMeanwhile)
{
    const TempDirectory other;
    for (int i = 0; i < 5'000; ++i) {
        ASSERT_EQ(code(directory_.create_file(name(std::to_string(i)), 0600)), 0);
        if (i < 100) other.write("o" + std::to_string(i), "");
    }
    const auto inner = other.open();
    std::set<std::string> outside;
    EXPECT_EQ(code(list_names(directory_,
                              [&](const std::vector<ListedName>& names) {
                                  EXPECT_EQ(Listing::read(inner).names().size(), 100U);
                                  for (const auto& entry : names) outside.emplace(entry.name.view());
                                  return true;
                              })),
              0);
    EXPECT_EQ(outside.size(), 5'000U);
}

TEST_F(PlatformListing, KnowsWhetherThereIsAName)
{
    EXPECT_EQ(has_names(directory_).value_or(true), false);
    temp_.write("a", "");
    EXPECT_EQ(has_names(directory_).value_or(false), true);
}

TEST_F(PlatformListing, TypesAreTold)
{
    temp_.write("file", "");
    ASSERT_EQ(code(directory_.make_directory(name("directory"), 0700)), 0);
    ASSERT_EQ(code(directory_.make_symlink("directory", name("link"))), 0);
    ASSERT_EQ(code(directory_.make_node(name("fifo"), FileType::Fifo, 0600, {})), 0);
    ASSERT_EQ(code(directory_.make_node(name("socket"), FileType::Socket, 0600, {})), 0);
    std::map<std::string, FileType> expected = {{"file", FileType::Regular},
                                                {"directory", FileType::Directory},
                                                {"link", FileType::Symlink},
                                                {"fifo", FileType::Fifo},
                                                {"socket", FileType::Socket}};
    if (test::is_root()) {
        ASSERT_EQ(code(directory_.make_node(name("character"), FileType::CharacterDevice, 0600, {1, 3})), 0);
        ASSERT_EQ(code(directory_.make_node(name("block"), FileType::BlockDevice, 0600, {7, 0})), 0);
        expected["character"] = FileType::CharacterDevice;
        expected["block"] = FileType::BlockDevice;
    }
    std::map<std::string, FileType> found;
    const auto listing = Listing::read(directory_);
    for (const auto& listed : listing.names()) found.emplace(listed.name.view(), listed.type);
    EXPECT_EQ(found, expected);
}

TEST_F(PlatformListing, DirectoryThatWasRemovedListsNothing)
{
    temp_.write("d/f", "");
    const auto held = directory_.open_directory(name("d"));
    std::filesystem::remove_all(temp_ / "d");
    // getdents(2) says ENOENT for a directory that is gone; nothing may be concluded from such a listing.
    const auto listing = Listing::read(*held);
    EXPECT_TRUE(listing.names().empty());
    ASSERT_TRUE(listing.failure());
    EXPECT_TRUE(listing.failure()->is(std::errc::no_such_file_or_directory));
    EXPECT_EQ(listing.failure()->operation, Operation::List);
}

}  // namespace
}  // namespace arsync::platform
