// File flags, birth times, modes of links: chflags(2), setattrlist(2), and what a listing and a volume tell.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>

#include "platform/attributes.h"
#include "platform/event_loop.h"
#include "platform/volume.h"
#include "signals_as_before.h"
#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::code;
using test::name;
using test::TempDirectory;

class PlatformFlags : public testing::Test {
protected:
    void SetUp() override
    {
        temp_.write("f", "x");
        ASSERT_EQ(code(directory_.make_symlink("f", link_)), 0);
    }
    void TearDown() override { static_cast<void>(set_flags({directory_, file_}, 0)); }

    const TempDirectory temp_;
    const Directory directory_ = temp_.open();
    const Name file_ = name("f");
    const Name link_ = name("l");
};

TEST_F(PlatformFlags, ByHandleAndByName)
{
    ASSERT_EQ(code(set_flags({directory_, file_}, UF_HIDDEN)), 0);
    EXPECT_EQ(directory_.stat(file_)->flags, static_cast<FileFlags>(UF_HIDDEN));
    ASSERT_EQ(code(set_flags(*directory_.open_file(file_), UF_NODUMP)), 0);
    EXPECT_EQ(directory_.open_file(file_)->stat()->flags, static_cast<FileFlags>(UF_NODUMP));
    ASSERT_EQ(code(set_flags({directory_, file_}, 0)), 0);
    EXPECT_EQ(directory_.stat(file_)->flags, 0U);
}

TEST_F(PlatformFlags, LinkIsMeantItself)
{
    ARSYNC_NEEDS_ROOT();
    ASSERT_EQ(code(set_flags({directory_, link_}, UF_HIDDEN)), 0);
    EXPECT_EQ(directory_.stat(link_)->flags, static_cast<FileFlags>(UF_HIDDEN));
    EXPECT_EQ(directory_.stat(file_)->flags, 0U);
}

TEST_F(PlatformFlags, ImmutableForbidsEverythingButTakingItOff)
{
    for (const auto flag : {FileFlags{UF_IMMUTABLE}, FileFlags{UF_APPEND}}) {
        ASSERT_EQ(code(set_flags({directory_, file_}, flag)), 0);
        EXPECT_EQ(code(directory_.unlink(file_)), EPERM);
        EXPECT_EQ(code(directory_.rename(file_, name("g"))), EPERM);
        EXPECT_EQ(code(set_mode({directory_, file_}, 0600)), EPERM);
        EXPECT_EQ(code(directory_.open_for_update(file_)), EPERM);
        ASSERT_EQ(code(set_flags({directory_, file_}, 0)), 0);
        EXPECT_EQ(code(set_mode({directory_, file_}, 0600)), 0);
    }
}

TEST_F(PlatformFlags, WhatACopyCanHave)
{
    const FileFlags all =
        UF_HIDDEN | UF_IMMUTABLE | UF_COMPRESSED | UF_TRACKED | SF_ARCHIVED | SF_IMMUTABLE | SF_DATALESS;
    EXPECT_EQ(copied_flags(all, false), static_cast<FileFlags>(UF_HIDDEN | UF_IMMUTABLE));
    EXPECT_EQ(copied_flags(all, true), static_cast<FileFlags>(UF_HIDDEN | UF_IMMUTABLE | SF_ARCHIVED | SF_IMMUTABLE));
    EXPECT_EQ(locking_flags(all), static_cast<FileFlags>(UF_IMMUTABLE | SF_IMMUTABLE));
    EXPECT_TRUE(attribute_support().file_flags);
}

TEST_F(PlatformFlags, BirthTimeIsSetExactlyAndStays)
{
    const Timestamp born{900'000'000, 123'456'789};
    ASSERT_EQ(code(set_times({directory_, file_}, std::nullopt, Timestamp{1'000'000'000, 5})), 0);
    ASSERT_EQ(code(set_creation_time({directory_, file_}, born)), 0);
    EXPECT_EQ(directory_.stat(file_)->born, born);
    EXPECT_EQ(directory_.stat(file_)->modified, (Timestamp{1'000'000'000, 5}));
    ASSERT_EQ(code(set_creation_time(*directory_.open_file(file_), {5, 0})), 0);
    EXPECT_EQ(directory_.open_file(file_)->stat()->born, (Timestamp{5, 0}));
}

TEST_F(PlatformFlags, EarlierModificationMovesTheBirthBack)
{
    ASSERT_EQ(code(set_creation_time({directory_, file_}, {1'000'000'000, 0})), 0);
    ASSERT_EQ(code(set_times({directory_, file_}, std::nullopt, Timestamp{900'000'000, 0})), 0);
    EXPECT_EQ(directory_.stat(file_)->born, (Timestamp{900'000'000, 0}));
}

TEST_F(PlatformFlags, LinksHaveModes)
{
    ARSYNC_NEEDS_ROOT();
    ASSERT_EQ(code(set_mode({directory_, link_}, 0700)), 0);
    EXPECT_EQ(directory_.stat(link_)->mode, 0700);
    EXPECT_NE(directory_.stat(file_)->mode, 0700);
}

TEST_F(PlatformFlags, VolumeHasAType)
{
    const auto facts = volume_facts(directory_);
    ASSERT_TRUE(facts);
    EXPECT_TRUE(facts->type == "apfs" || facts->type == "hfs") << facts->type;
    EXPECT_EQ(facts->supports_clone, facts->type == "apfs");
    EXPECT_FALSE(facts->read_only);
    EXPECT_GE(facts->block_size, 512U);
    EXPECT_EQ(code(sync_volume(directory_)), 0);
}

TEST(PlatformKqueue, CtrlTIsTold)
{
    const test::SignalsAsBefore signals;
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    int reports = 0;
    loop->on_signal([&](Signal signal) {
        EXPECT_EQ(signal, Signal::Report);
        ++reports;
        loop->stop();
    });
    ASSERT_EQ(::kill(::getpid(), SIGINFO), 0);
    ASSERT_EQ(code(loop->run()), 0);
    EXPECT_EQ(reports, 1);
}

}  // namespace
}  // namespace arsync::platform
