// What stat finds out: stat(2), inode(7).
#include "platform/metadata.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "platform/attributes.h"
#include "platform/directory.h"
#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::code;
using test::name;
using test::TempDirectory;

class PlatformMetadata : public testing::Test {
protected:
    const TempDirectory temp_;
    const Directory directory_ = temp_.open();
};

TEST_F(PlatformMetadata, TimesAreExactFarBeforeAndAfterNow)
{
    temp_.write("f", "");
    const Timestamp times[] = {
        {-1, 999'999'999},            // 1969-12-31 23:59:59.999999999
        {-2'000'000'000, 1},          // 1906
        {0, 0},                       // the epoch
        {2'147'483'648, 5},           // 2038: behind 32 bits
        {7'258'118'400, 123'456'789}  // 2200-01-01
    };
    for (const auto& time : times) {
        ASSERT_EQ(code(set_times({directory_, name("f")}, time, time)), 0);
        const auto facts = directory_.stat(name("f"));
        EXPECT_EQ(facts->modified, time) << time.seconds;
        EXPECT_EQ(facts->accessed, time) << time.seconds;
    }
}

TEST_F(PlatformMetadata, ChangeTimeMovesWithTheMode)
{
    temp_.write("f", "");
    ASSERT_EQ(code(set_times({directory_, name("f")}, Timestamp{1, 0}, Timestamp{1, 0})), 0);
    const auto facts = directory_.stat(name("f"));
    EXPECT_GT(facts->changed.seconds, 1'600'000'000);
}

TEST_F(PlatformMetadata, IdentityTellsNamesOfOneFileFromTwoFiles)
{
    temp_.write("a", "");
    temp_.write("b", "");
    ASSERT_EQ(code(directory_.link(name("a"), directory_, name("c"))), 0);
    const auto identity = [&](const char* of) { return directory_.stat(name(of))->identity; };
    EXPECT_EQ(identity("a"), identity("c"));
    EXPECT_NE(identity("a"), identity("b"));
    EXPECT_EQ(directory_.open_file(name("a"))->stat()->identity, identity("c"));
    EXPECT_EQ(directory_.stat()->identity, stat_path(temp_.path(), true)->identity);
    EXPECT_EQ(identity("a").device, directory_.stat()->identity.device);
}

TEST_F(PlatformMetadata, IdentityIsThatOfStat)
{
    temp_.write("f", "");
    struct stat expected{};
    ASSERT_EQ(::stat((temp_ / "f").c_str(), &expected), 0);
    const auto facts = directory_.stat(name("f"));
    EXPECT_EQ(facts->identity.device, expected.st_dev);
    EXPECT_EQ(facts->identity.inode, expected.st_ino);
    EXPECT_EQ(facts->user, expected.st_uid);
    EXPECT_EQ(facts->group, expected.st_gid);
}

TEST_F(PlatformMetadata, SizeAndAllocation)
{
    temp_.write("f", std::string(100'000, 'x'));
    const auto file = directory_.open_for_update(name("f"));
    ASSERT_EQ(code(file->sync()), 0);
    EXPECT_EQ(file->stat()->size, 100'000U);
    EXPECT_GE(file->stat()->allocated, 100'000U);
    ASSERT_EQ(code(file->truncate(0)), 0);
    ASSERT_EQ(code(file->truncate(1'000'000)), 0);
    EXPECT_EQ(file->stat()->size, 1'000'000U);
    EXPECT_LT(file->stat()->allocated, 1'000'000U);
}

TEST_F(PlatformMetadata, SetIdAndStickyBitsBelongToTheMode)
{
    ASSERT_EQ(code(directory_.make_directory(name("d"), 0700)), 0);
    ASSERT_EQ(code(set_mode({directory_, name("d")}, 07755)), 0);
    EXPECT_EQ(directory_.stat(name("d"))->mode, 07755);
    EXPECT_EQ(directory_.stat(name("d"))->type, FileType::Directory);
}

}  // namespace
}  // namespace arsync::platform
