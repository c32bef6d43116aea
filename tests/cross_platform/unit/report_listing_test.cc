// Lines of --list-only.

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "report/listing.h"

namespace arsync::report {
namespace {

using platform::FileType;

sync::Listed file()
{
    sync::Listed listed;
    listed.path = "a/f";
    listed.metadata.type = FileType::Regular;
    listed.metadata.mode = 0644;
    listed.metadata.size = 1234567;
    listed.metadata.modified.seconds = 0;
    return listed;
}

class ListingTest : public testing::Test {
protected:
    void SetUp() override
    {
        setenv("TZ", "UTC", 1);
        tzset();
    }
};

TEST_F(ListingTest, Columns)
{
    EXPECT_EQ(listing_line(file(), {}), "-rw-r--r--      1,234,567 1970/01/01 00:00:00 a/f");
}

TEST_F(ListingTest, NumbersAsWanted)
{
    Settings settings;
    settings.numbers = NumberStyle::Plain;
    EXPECT_EQ(listing_line(file(), settings), "-rw-r--r--     1234567 1970/01/01 00:00:00 a/f");
    settings.numbers = NumberStyle::Decimal;
    EXPECT_EQ(listing_line(file(), settings), "-rw-r--r--          1.23M 1970/01/01 00:00:00 a/f");
}

TEST_F(ListingTest, LinksAndMissingNames)
{
    auto link = file();
    link.metadata.type = FileType::Symlink;
    link.metadata.mode = 0777;
    link.metadata.size = 1;
    link.link_target = "x";
    EXPECT_EQ(listing_line(link, {}), "lrwxrwxrwx              1 1970/01/01 00:00:00 a/f -> x");
    Settings accessed;
    accessed.access_column = true;
    EXPECT_EQ(listing_line(link, accessed),
              "lrwxrwxrwx              1 1970/01/01 00:00:00 1970/01/01 00:00:00 a/f -> x");
    sync::Listed missing;
    missing.path = "gone";
    missing.missing = true;
    EXPECT_EQ(listing_line(missing, {}), "*missing                                      gone");
}

TEST(ModeString, SpecialBits)
{
    EXPECT_EQ(mode_string(FileType::Regular, 04755), "-rwsr-xr-x");
    EXPECT_EQ(mode_string(FileType::Regular, 02644), "-rw-r-Sr--");
    EXPECT_EQ(mode_string(FileType::Directory, 01777), "drwxrwxrwt");
    EXPECT_EQ(mode_string(FileType::Directory, 01770), "drwxrwx--T");
    EXPECT_EQ(mode_string(FileType::Fifo, 0), "p---------");
    EXPECT_EQ(mode_string(FileType::BlockDevice, 0600), "brw-------");
}

}  // namespace
}  // namespace arsync::report
