// The first rung on macOS: the clone is a new file, clonefile(2). Where the volume cannot, that is told without a try.
#include <cerrno>

#include "platform/attributes.h"
#include "platform_copy_fixture.h"

namespace arsync::platform {
namespace {

using arsync::test::code;
using arsync::test::name;
using test::kMebi;
using test::PlatformCopy;
using test::random_text;

class PlatformClone : public PlatformCopy {
protected:
    Result<CreatedFile> create(CopyPreference preference = CopyPreference::Auto, bool keeps_xattrs = false)
    {
        auto wanted = request(preference);
        wanted.target = nullptr;
        wanted.target_is_new = true;
        wanted.keeps_xattrs = keeps_xattrs;
        return copier_.create(wanted, directory_, target_name_, 0600);
    }

    const Name target_name_ = name("target");
};

TEST_F(PlatformClone, NewFileIsTheCloneWhereTheVolumeCan)
{
    const auto text = random_text(kMebi);
    make_source(text);
    const auto made = create();
    ASSERT_TRUE(made);
    EXPECT_EQ(made->cloned.has_value(), clones());
    EXPECT_EQ(temp_.read("target"), clones() ? text : "");
    if (!clones()) {
        const auto device = directory_.stat()->identity.device;
        EXPECT_TRUE(volumes_.find(device, device).clone_refused);
        EXPECT_EQ(volumes_.find(device, device).clone_refusal, ENOTSUP);
        EXPECT_FALSE(volumes_.find(device, device + 1).clone_refused);
        return;
    }
    EXPECT_EQ(made->cloned->method, CopyMethod::Clone);
    EXPECT_EQ(made->cloned->size, text.size());
}

TEST_F(PlatformClone, NothingIsOverwritten)
{
    make_source(random_text(kMebi));
    temp_.write("target", "precious");
    for (const auto preference : {CopyPreference::Auto, CopyPreference::ReadWrite})
        EXPECT_EQ(code(create(preference)), EEXIST);
    EXPECT_EQ(temp_.read("target"), "precious");
}

TEST_F(PlatformClone, ForcedCloneIsRefusedWhereTheVolumeCannot)
{
    if (clones()) GTEST_SKIP() << "clones work here";
    make_source(random_text(kMebi));
    const auto made = create(CopyPreference::Clone);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error(), (Error{Operation::Clone, ENOTSUP}));
    EXPECT_EQ(code(directory_.stat(target_name_)), ENOENT);
}

TEST_F(PlatformClone, FileThatExistsTakesNoClone)
{
    make_source(random_text(kMebi));
    make_target("old");
    const auto outcome = copier_.copy(request(CopyPreference::Clone));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().error, (Error{Operation::Clone, ENOTSUP}));
    EXPECT_EQ(temp_.read("target"), "old");
}

TEST_F(PlatformClone, FlagsAndAttributesOfTheSourceDoNotComeAlong)
{
    if (!clones()) GTEST_SKIP() << "the volume cannot clone";
    make_source(random_text(kMebi));
    ASSERT_EQ(code(set_xattr(source_, {"a", "1"})), 0);
    ASSERT_EQ(code(set_mode(source_, 0)), 0);
    ASSERT_EQ(code(set_flags(source_, 0x8002)), 0);  // UF_HIDDEN, UF_IMMUTABLE
    for (const bool keeps : {true, false}) {
        const auto made = create(CopyPreference::Auto, keeps);
        ASSERT_TRUE(made && made->cloned);
        EXPECT_EQ(made->file.stat()->flags, 0U);
        const auto extended = read_extended(made->file, {.xattrs = true});
        EXPECT_EQ(extended->xattrs, keeps ? (std::vector<Xattr>{{"a", "1"}}) : std::vector<Xattr>{});
        ASSERT_EQ(code(directory_.unlink(target_name_)), 0);
    }
    ASSERT_EQ(code(set_flags(source_, 0)), 0);
}

TEST_F(PlatformClone, EmptyAndSmallFilesAreNotWorthIt)
{
    make_source("small");
    const auto made = create();
    ASSERT_TRUE(made);
    EXPECT_FALSE(made->cloned);
}

TEST_F(PlatformClone, ProgressCountsTheCloneOnce)
{
    if (!clones()) GTEST_SKIP() << "the volume cannot clone";
    make_source(random_text(kMebi));
    std::atomic<std::uint64_t> progress = 0;
    auto wanted = request();
    wanted.target_is_new = true;
    wanted.progress = &progress;
    ASSERT_TRUE(copier_.create(wanted, directory_, target_name_, 0600));
    EXPECT_EQ(progress, kMebi);
}

TEST_F(PlatformCopy, FcopyfileCountsItsProgressAndObeysACancel)
{
    const auto text = random_text(8 * kMebi);
    make_source(text);
    make_target();
    std::atomic<std::uint64_t> progress = 0;
    std::atomic<bool> cancel = false;
    auto wanted = request(CopyPreference::Kernel);
    wanted.target_is_new = true;
    wanted.progress = &progress;
    wanted.cancel = &cancel;
    ASSERT_TRUE(copier_.copy(wanted));
    EXPECT_TRUE(target_is(text));
    EXPECT_EQ(progress, text.size());
    cancel = true;
    progress = 0;
    const auto outcome = copier_.copy(wanted);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().error.code, ECANCELED);
    EXPECT_EQ(progress, 0U);
}

}  // namespace
}  // namespace arsync::platform
