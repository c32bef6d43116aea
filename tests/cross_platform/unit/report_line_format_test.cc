// Expectations: what rsync 3.5 printed for the same formats.
#include "report/line_format.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "platform/process.h"

namespace arsync::report {
namespace {

using platform::FileType;
using sync::Change;
using sync::Update;

sync::Item file()
{
    sync::Item item;
    item.update = Update::Transfer;
    item.changes.add(Change::Created);
    item.path = "d/f";
    item.long_name = "./src//d/./f";
    item.metadata.type = FileType::Regular;
    item.metadata.mode = 0644;
    item.metadata.user = 12;
    item.metadata.group = 34;
    item.metadata.size = 1'234'567;
    item.metadata.modified = {1'577'934'245, 0};  // 2020-01-02 03:04:05 UTC
    item.bytes_copied = 1'234'567;
    return item;
}

std::string line(std::string_view format, const sync::Item& item = file(), const LineFacts& facts = {})
{
    return LineFormat(format, facts).item(item);
}

class Format : public testing::Test {
protected:
    void SetUp() override
    {
        ::setenv("TZ", "UTC", 1);
        ::tzset();
    }
};

TEST_F(Format, Escapes)
{
    EXPECT_EQ(line("%n %f %l %o %i"), "d/f src/d/f 1234567 send >f+++++++++");
    EXPECT_EQ(line("%M %B"), "2020/01/02-03:04:05 rw-r--r--");
    EXPECT_EQ(line("%U %G"), "0 DEFAULT");
    EXPECT_EQ(line("%U %G", file(), {.owners = true, .groups = true}), "12 34");
    EXPECT_EQ(line("%b|%c"), "1234567|0");
    EXPECT_EQ(line("%b", file(), {.dry_run = true}), "0");
    EXPECT_EQ(line("%p"), std::to_string(platform::process_id()));
    EXPECT_EQ(line("100%% [%m]"), "100% []");
}

TEST_F(Format, WhatOnlyADaemonKnowsStaysAsItIs)
{
    EXPECT_EQ(line("%a %h %P %u %10a"), "%a %h %P %u %10a");
    EXPECT_EQ(line("%z %] %+l % l %.3n %"), "%z %] %+l % l %.3n %");
    EXPECT_EQ(line("%-'12l|%'"), "%-'12l|%'");
}

TEST_F(Format, WidthsAndGrouping)
{
    EXPECT_EQ(line("%'l|%''l|%'''l|%''''l"), "1,234,567|1.23M|1.18M|1.18M");
    EXPECT_EQ(line("%12''l|%''12l|%012l"), "       1.23M|       1.23M|     1234567");
    EXPECT_EQ(line("%-12'lx|%-012lx|%''-12lx"), "1,234,567   x|1234567     x|1.23M       x");
    EXPECT_EQ(line("%5n|%-5n|%2n|%5%|%0n"), "  d/f|d/f  |d/f|    %|d/f");
}

TEST_F(Format, DirectoriesAndLinks)
{
    sync::Item item = file();
    item.update = Update::LocalChange;
    item.path = ".";
    item.long_name = "src";
    item.metadata.type = FileType::Directory;
    EXPECT_EQ(line("%n %f", item), "./ src/.");
    item.path = "l";
    item.metadata.type = FileType::Symlink;
    item.link_target = "t";
    EXPECT_EQ(line("%n%L", item), "l -> t");
    item.update = Update::HardLink;
    item.link_target = "first";
    EXPECT_EQ(line("%n%L", item), "l => first");
}

TEST_F(Format, LongNameHasNoLeadingSlash)
{
    sync::Item item = file();
    item.long_name = "/abs/src/f";
    EXPECT_EQ(line("%f", item), "abs/src/f");
    item.long_name = "../a/f";
    EXPECT_EQ(line("%f", item), "../a/f");
    item.path = item.long_name = ".";
    EXPECT_EQ(line("%f", item), ".");
}

TEST_F(Format, Permissions)
{
    sync::Item item = file();
    item.metadata.mode = 07777;
    EXPECT_EQ(line("%B", item), "rwsrwsrwt");
    item.metadata.mode = 07000;
    EXPECT_EQ(line("%B", item), "--S--S--T");
}

TEST_F(Format, Deletions)
{
    const auto deletion = [](std::string_view format, FileType type = FileType::Regular) {
        return LineFormat(format, {}).deletion("x", type);
    };
    EXPECT_EQ(deletion("%i %n"), "*deleting   x");
    EXPECT_EQ(deletion("%o %n %l %B %M", FileType::Directory), "del. x/ 0 --------- 1970/01/01-00:00:00");
    EXPECT_TRUE(LineFormat("%n %o", {}).tells_deletions());
    EXPECT_TRUE(LineFormat("%i", {}).tells_deletions());
    EXPECT_FALSE(LineFormat("%n%L %%o", {}).tells_deletions());
}

TEST_F(Format, WhatItAsksFor)
{
    EXPECT_TRUE(LineFormat("%10i", {}).tells_changes());
    EXPECT_FALSE(LineFormat("%%i", {}).tells_changes());
    EXPECT_TRUE(LineFormat("%'b", {}).tells_transfer());
    EXPECT_FALSE(LineFormat("%n%L", {}).tells_transfer());
    EXPECT_TRUE(LineFormat("%f", {}).tells_long_names());
}

}  // namespace
}  // namespace arsync::report
