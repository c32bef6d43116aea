// What every way of copying promises.
#include <cerrno>

#include "platform_copy_fixture.h"

namespace arsync::platform {
namespace {

using arsync::test::code;
using arsync::test::name;
using test::kMebi;
using test::PlatformCopy;
using test::random_text;
using test::text_with_gaps;

constexpr CopyPreference kPreferences[] = {CopyPreference::Auto, CopyPreference::Kernel, CopyPreference::ReadWrite};

class PlatformCopyEachWay : public PlatformCopy, public testing::WithParamInterface<CopyPreference> {};
INSTANTIATE_TEST_SUITE_P(Ways, PlatformCopyEachWay, testing::ValuesIn(kPreferences));

TEST_P(PlatformCopyEachWay, FilesOfAllSizes)
{
    const std::size_t buffer = Copier::kBufferSize;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, buffer - 1, buffer, buffer + 1, 3 * kMebi + 7}) {
        const auto text = random_text(size);
        make_source(text);
        make_target();
        const auto outcome = copier_.copy(request(GetParam()));
        ASSERT_TRUE(outcome) << size;
        EXPECT_EQ(outcome->size, size);
        EXPECT_TRUE(target_is(text)) << size;
        ASSERT_EQ(code(directory_.unlink(name("source"))), 0);
        ASSERT_EQ(code(directory_.unlink(name("target"))), 0);
    }
}

TEST_P(PlatformCopyEachWay, HolesStayHoles)
{
    const auto text = text_with_gaps();
    make_source(text);
    if (source_.stat()->allocated >= text.size()) GTEST_SKIP() << "the file system keeps no holes";
    if (GetParam() == CopyPreference::Kernel && kernel_copy_name() == "fcopyfile")
        GTEST_SKIP() << "fcopyfile writes holes as zeros; it is only used for them by --copy-method=kernel";
    make_target();
    auto wanted = request(GetParam());
    wanted.source_has_holes = true;
    const auto outcome = copier_.copy(wanted);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->size, text.size());
    EXPECT_TRUE(target_is(text));
    EXPECT_LE(target_.stat()->allocated, source_.stat()->allocated + 64 * 1024);
}

TEST_P(PlatformCopyEachWay, LongerOldContentDisappears)
{
    const auto text = random_text(kMebi + 3);
    make_source(text);
    make_target(std::string(2 * kMebi, 'o'));
    auto wanted = request(GetParam());
    wanted.target_is_new = false;
    ASSERT_TRUE(copier_.copy(wanted));
    EXPECT_TRUE(target_is(text));
}

TEST_P(PlatformCopyEachWay, OldContentDoesNotShowThroughHoles)
{
    const auto text = text_with_gaps();
    make_source(text);
    make_target(std::string(text.size() + kMebi, 'o'));
    auto wanted = request(GetParam());
    wanted.target_is_new = false;
    wanted.source_has_holes = true;
    ASSERT_TRUE(copier_.copy(wanted));
    EXPECT_TRUE(target_is(text));
}

TEST_P(PlatformCopyEachWay, EmptySourceEmptiesTheTarget)
{
    make_source("");
    make_target("old");
    auto wanted = request(GetParam());
    wanted.target_is_new = false;
    ASSERT_TRUE(copier_.copy(wanted));
    EXPECT_TRUE(target_is(""));
}

TEST_P(PlatformCopyEachWay, ProgressCountsEveryByteOnce)
{
    for (const bool holes : {false, true}) {
        const auto text = text_with_gaps();
        make_source(text);
        make_target();
        std::atomic<std::uint64_t> progress = 0;
        auto wanted = request(GetParam());
        wanted.source_has_holes = holes;
        wanted.progress = &progress;
        ASSERT_TRUE(copier_.copy(wanted));
        EXPECT_EQ(progress, text.size()) << holes;
        ASSERT_EQ(code(directory_.unlink(name("source"))), 0);
        ASSERT_EQ(code(directory_.unlink(name("target"))), 0);
    }
}

TEST_P(PlatformCopyEachWay, SourceShorterThanToldIsReported)
{
    for (const int variant : {0, 1, 2, 3}) {
        const bool holes = (variant & 1) != 0;
        const bool is_new = (variant & 2) != 0;
        const auto text = holes ? text_with_gaps() : random_text(kMebi);
        make_source(text);
        make_target(is_new ? "" : std::string(2 * text.size(), 'o'));
        auto wanted = request(GetParam());
        wanted.size += 3 * kMebi;
        wanted.target_is_new = is_new;
        wanted.source_has_holes = holes;
        const auto outcome = copier_.copy(wanted);
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome->size, text.size()) << variant;
        EXPECT_TRUE(target_is(text)) << variant;
        ASSERT_EQ(code(directory_.unlink(name("source"))), 0);
        ASSERT_EQ(code(directory_.unlink(name("target"))), 0);
    }
}

TEST_P(PlatformCopyEachWay, CancelEndsTheCopy)
{
    if (clones() && GetParam() == CopyPreference::Auto) GTEST_SKIP() << "a clone is done at once";
    make_source(random_text(kMebi));
    make_target();
    const std::atomic<bool> cancel = true;
    auto wanted = request(GetParam());
    wanted.cancel = &cancel;
    const auto outcome = copier_.copy(wanted);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().error.code, ECANCELED);
    EXPECT_EQ(target_.stat()->size, 0U);
}

}  // namespace
}  // namespace arsync::platform
