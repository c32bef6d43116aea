#include "sync/fake_super.h"

#include <gtest/gtest.h>

namespace arsync::sync {
namespace {

using platform::FileType;

TEST(FakeStat, IsWrittenAsRsyncDoes)
{
    EXPECT_EQ(format_fake_stat({FileType::CharacterDevice, 0644, {1, 3}, 7, 8}), "20644 1,3 7:8");
    EXPECT_EQ(format_fake_stat({FileType::Symlink, 0777, {}, 5, 6}), "120777 0,0 5:6");
    EXPECT_EQ(format_fake_stat({FileType::Directory, 01777, {}, 3, 4}), "41777 0,0 3:4");
}

TEST(FakeStat, ReadsWhatItWrites)
{
    for (const auto type : {FileType::Regular, FileType::Directory, FileType::Symlink, FileType::Fifo, FileType::Socket,
                            FileType::CharacterDevice, FileType::BlockDevice}) {
        const FakeStat facts{type, 06755, {8, 70000}, 0xfffffffe, 1};
        EXPECT_EQ(parse_fake_stat(format_fake_stat(facts)), facts);
    }
}

TEST(FakeStat, RefusesOtherText)
{
    for (const char* text : {"", "100644", "100644 0,0", "100644 0,0 1", "100644 0,0 1:2x", "100644 0,0 -1:2",
                             "644 0,0 1:2", "100648 0,0 1:2", " 100644 0,0 1:2", "170000 0,0 0:0"})
        EXPECT_EQ(parse_fake_stat(text), std::nullopt) << text;
}

TEST(FakeStat, RealFilesGiveNoRightsAndStayOpenToTheirOwner)
{
    EXPECT_EQ(real_mode({FileType::Regular, 06444, {}, 0, 0}), 0644);
    EXPECT_EQ(real_mode({FileType::Directory, 01055, {}, 0, 0}), 0755);
}

TEST(FakeNames, StandForOtherNamespaces)
{
    std::vector<platform::Xattr> xattrs{
        {"user.a", "1"}, {"user.rsync.%stat", "x"}, {"user.rsync.foo", "2"}, {"user.rsync.trusted.b", "3"}};
    show_fake_names(xattrs);
    EXPECT_EQ(xattrs, (std::vector<platform::Xattr>{{"trusted.b", "3"}, {"user.a", "1"}, {"user.rsync.foo", "2"}}));
    EXPECT_EQ(stored_name("trusted.b"), "user.rsync.trusted.b");
    EXPECT_EQ(stored_name("user.a"), "user.a");
}

}  // namespace
}  // namespace arsync::sync
