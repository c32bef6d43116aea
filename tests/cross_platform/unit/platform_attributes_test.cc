// Owner, mode and times by handle and by name; a link or fifo is meant itself and never opened.
#include "platform/attributes.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::code;
using test::name;
using test::TempDirectory;

class PlatformAttributes : public testing::Test {
protected:
    Metadata stat(const char* of) { return directory_.stat(name(of)).value(); }

    const TempDirectory temp_;
    const Directory directory_ = temp_.open();
    // An AttributeTarget only borrows its name.
    const Name file_ = name("f");
    const Name link_ = name("l");
    const Name fifo_ = name("p");

    void SetUp() override
    {
        temp_.write("f", "data");
        ASSERT_EQ(code(directory_.make_symlink("f", link_)), 0);
        ASSERT_EQ(code(directory_.make_node(fifo_, FileType::Fifo, 0600, {})), 0);
    }
};

TEST_F(PlatformAttributes, OwnerOfAnOpenFileAndDirectory)
{
    ARSYNC_NEEDS_ROOT();
    const auto file = directory_.open_file(file_);
    ASSERT_EQ(code(set_owner(*file, 1234, 5678)), 0);
    EXPECT_EQ(stat("f").user, 1234U);
    EXPECT_EQ(stat("f").group, 5678U);
    ASSERT_EQ(code(set_owner(directory_, 4321, std::nullopt)), 0);
    EXPECT_EQ(directory_.stat()->user, 4321U);
}

TEST_F(PlatformAttributes, OneOfUserAndGroupCanBeLeftAsItIs)
{
    ARSYNC_NEEDS_ROOT();
    ASSERT_EQ(code(set_owner({directory_, file_}, 1, 2)), 0);
    ASSERT_EQ(code(set_owner({directory_, file_}, std::nullopt, 20)), 0);
    EXPECT_EQ(stat("f").user, 1U);
    EXPECT_EQ(stat("f").group, 20U);
    ASSERT_EQ(code(set_owner({directory_, file_}, 10, std::nullopt)), 0);
    EXPECT_EQ(stat("f").user, 10U);
    EXPECT_EQ(stat("f").group, 20U);
}

TEST_F(PlatformAttributes, OwnerByNameMeansTheLinkItself)
{
    ARSYNC_NEEDS_ROOT();
    const auto before = stat("f");
    ASSERT_EQ(code(set_owner({directory_, link_}, 1234, 5678)), 0);
    ASSERT_EQ(code(set_owner({directory_, fifo_}, 1235, 5679)), 0);
    EXPECT_EQ(stat("l").user, 1234U);
    EXPECT_EQ(stat("l").group, 5678U);
    EXPECT_EQ(stat("p").user, 1235U);
    EXPECT_EQ(stat("p").group, 5679U);
    EXPECT_EQ(stat("f").user, before.user);
    EXPECT_EQ(stat("f").group, before.group);
}

TEST_F(PlatformAttributes, ChangingTheOwnerClearsSetIdBits)
{
    ARSYNC_NEEDS_ROOT();
    // chown(2); the reason why the mode comes after the owner.
    ASSERT_EQ(code(set_mode({directory_, file_}, 06755)), 0);
    ASSERT_EQ(code(set_owner({directory_, file_}, 1234, std::nullopt)), 0);
    EXPECT_EQ(stat("f").mode, 0755);
}

TEST_F(PlatformAttributes, ModeByHandleAndByName)
{
    ASSERT_EQ(code(set_mode(*directory_.open_file(file_), 0640)), 0);
    EXPECT_EQ(stat("f").mode, 0640);
    ASSERT_EQ(code(set_mode({directory_, file_}, 04711)), 0);
    EXPECT_EQ(stat("f").mode, 04711);
    ASSERT_EQ(code(set_mode({directory_, fifo_}, 0622)), 0);
    EXPECT_EQ(stat("p").mode, 0622);
    ASSERT_EQ(code(set_mode(directory_, 01700)), 0);
    EXPECT_EQ(directory_.stat()->mode, 01700);
}

TEST_F(PlatformAttributes, ModeNeverReachesThroughALink)
{
    ASSERT_EQ(code(set_mode({directory_, file_}, 0640)), 0);
    // Where links have no mode of their own that is an error.
    EXPECT_EQ(code(set_mode({directory_, link_}, 0777)) == 0, attribute_support().link_modes);
    EXPECT_EQ(stat("f").mode, 0640);
}

TEST_F(PlatformAttributes, TimesByHandleAndByName)
{
    const Timestamp accessed{1'000'000'000, 1};
    const Timestamp modified{-5, 999'999'999};
    ASSERT_EQ(code(set_times(*directory_.open_file(file_), accessed, modified)), 0);
    EXPECT_EQ(stat("f").accessed, accessed);
    EXPECT_EQ(stat("f").modified, modified);
    ASSERT_EQ(code(set_times(directory_, accessed, modified)), 0);
    EXPECT_EQ(directory_.stat()->modified, modified);
    ASSERT_EQ(code(set_times({directory_, fifo_}, accessed, modified)), 0);
    EXPECT_EQ(stat("p").accessed, accessed);
    EXPECT_EQ(stat("p").modified, modified);
}

TEST_F(PlatformAttributes, TimesByNameMeanTheLinkItself)
{
    const auto before = stat("f");
    ASSERT_EQ(code(set_times({directory_, link_}, std::nullopt, Timestamp{1234, 5678})), 0);
    EXPECT_EQ(stat("l").modified, (Timestamp{1234, 5678}));
    EXPECT_EQ(stat("f").modified, before.modified);
    ASSERT_EQ(code(directory_.make_symlink("nowhere", name("dangling"))), 0);
    const auto dangling = name("dangling");
    EXPECT_EQ(code(set_times({directory_, dangling}, std::nullopt, Timestamp{1, 2})), 0);
    EXPECT_EQ(stat("dangling").modified, (Timestamp{1, 2}));
}

TEST_F(PlatformAttributes, AccessTimeCanBeLeftAsItIs)
{
    ASSERT_EQ(code(set_times({directory_, file_}, Timestamp{77, 7}, Timestamp{88, 8})), 0);
    ASSERT_EQ(code(set_times({directory_, file_}, std::nullopt, Timestamp{99, 9})), 0);
    EXPECT_EQ(stat("f").accessed, (Timestamp{77, 7}));
    EXPECT_EQ(stat("f").modified, (Timestamp{99, 9}));
}

TEST_F(PlatformAttributes, MissingNameIsAnErrorOfThatOperation)
{
    const auto none = name("none");
    EXPECT_EQ(set_mode({directory_, none}, 0600).error(), (Error{Operation::SetMode, ENOENT}));
    EXPECT_EQ(set_times({directory_, none}, std::nullopt, Timestamp{}).error(), (Error{Operation::SetTimes, ENOENT}));
    EXPECT_EQ(set_owner({directory_, none}, 0, std::nullopt).error(), (Error{Operation::SetOwner, ENOENT}));
}

}  // namespace
}  // namespace arsync::platform
