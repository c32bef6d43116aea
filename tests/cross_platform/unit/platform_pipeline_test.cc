// What every engine for large files promises.
#include <fcntl.h>

#include <atomic>
#include <cerrno>
#include <memory>

#include "platform/data_pipeline.h"
#include "platform/worker_pool.h"
#include "platform_copy_fixture.h"

namespace arsync::platform {
namespace {

using test::kMebi;
using test::PlatformCopy;
using test::random_text;

constexpr std::uint64_t kLarge = DataPipeline::kMinimum;

struct Case {
    const char* name;
    IoSettings settings;
};

void PrintTo(const Case& parameter, std::ostream* out)
{
    *out << parameter.name;
}

const Case kCases[] = {
    {"auto", {}},
    {"threads", {.engine = IoEngine::Threads}},
    {"threads_alone", {.engine = IoEngine::Threads, .queue_depth = 1}},
    {"threads_many_small", {.engine = IoEngine::Threads, .queue_depth = 9, .buffer_size = 4096}},
    {"uring", {.engine = IoEngine::Uring}},
    {"uring_one_by_one", {.engine = IoEngine::Uring, .queue_depth = 1, .buffer_size = 8192}},
    {"uring_many", {.engine = IoEngine::Uring, .queue_depth = 64, .buffer_size = 65536}},
};

class PlatformPipeline : public PlatformCopy, public testing::WithParamInterface<Case> {
protected:
    void SetUp() override
    {
        if (!has_engine(GetParam().settings.engine)) GTEST_SKIP() << "this system has no such engine";
        pipeline_ = make_data_pipeline(pool_, GetParam().settings);
        ASSERT_NE(pipeline_, nullptr);
    }

    std::expected<std::uint64_t, CopyError> copy(const CopyRequest& wanted, Extent range)
    {
        return pipeline_->copy_range(wanted, range);
    }

    WorkerPool pool_{4};
    std::unique_ptr<DataPipeline> pipeline_;
};
INSTANTIATE_TEST_SUITE_P(Engines, PlatformPipeline, testing::ValuesIn(kCases),
                         [](const auto& parameter) { return parameter.param.name; });

TEST_P(PlatformPipeline, CopiesAllWithAnOddEnd)
{
    const auto text = random_text(kLarge + 4097);
    make_source(text);
    make_target();
    auto wanted = request();
    std::atomic<std::uint64_t> progress = 0;
    wanted.progress = &progress;
    const auto reached = copy(wanted, {0, text.size()});
    ASSERT_TRUE(reached);
    EXPECT_EQ(*reached, text.size());
    EXPECT_EQ(progress, text.size());
    EXPECT_TRUE(target_is(text));
}

TEST_P(PlatformPipeline, CopiesOneFileAfterTheOther)
{
    for (const std::size_t more : {0U, 1U, 4095U}) {
        const auto text = random_text(kLarge + more);
        make_source(text);
        make_target();
        ASSERT_TRUE(copy(request(), {0, text.size()}));
        EXPECT_TRUE(target_is(text));
        ASSERT_EQ(arsync::test::code(directory_.unlink(arsync::test::name("source"))), 0);
        ASSERT_EQ(arsync::test::code(directory_.unlink(arsync::test::name("target"))), 0);
    }
}

TEST_P(PlatformPipeline, LeavesAloneWhatIsOutsideTheRange)
{
    const auto text = random_text(2 * kMebi);
    make_source(text);
    make_target(std::string(text.size(), 'o'));
    auto wanted = request();
    wanted.target_is_new = false;
    const Extent range{4096 + 17, kMebi + 5};
    ASSERT_EQ(copy(wanted, range), range.end);
    auto expected = std::string(text.size(), 'o');
    expected.replace(range.begin, range.end - range.begin, text, range.begin, range.end - range.begin);
    EXPECT_TRUE(target_is(expected));
}

TEST_P(PlatformPipeline, ReachesTheEndOfASourceThatHasShrunk)
{
    const auto text = random_text(kMebi + 100);
    make_source(text);
    make_target();
    EXPECT_EQ(copy(request(), {0, 3 * kMebi}), text.size());
    EXPECT_TRUE(target_is(text));
}

TEST_P(PlatformPipeline, CancelledLeavesOnlyWhatIsWhole)
{
    const auto text = random_text(kLarge);
    make_source(text);
    make_target(text.substr(0, 3 * kMebi));
    auto wanted = request();
    const std::atomic<bool> cancelled = true;
    wanted.cancel = &cancelled;
    const auto reached = copy(wanted, {2 * kMebi, text.size()});
    ASSERT_FALSE(reached);
    EXPECT_EQ(reached.error().error.code, ECANCELED);
    EXPECT_TRUE(target_is(text.substr(0, 2 * kMebi)));
}

TEST_P(PlatformPipeline, TellsThatTheTargetCannotBeWritten)
{
    make_source(random_text(kLarge));
    make_target();
    auto wanted = request();
    const auto read_only = directory_.open_file(arsync::test::name("target"));
    ASSERT_TRUE(read_only);
    wanted.target = &*read_only;
    std::atomic<std::uint64_t> progress = 0;
    wanted.progress = &progress;
    const auto reached = copy(wanted, {0, kLarge});
    ASSERT_FALSE(reached);
    EXPECT_EQ(reached.error().error.code, EBADF);
    EXPECT_FALSE(reached.error().source_side);
    EXPECT_EQ(progress, 0U);
}

TEST_P(PlatformPipeline, TellsThatTheSourceCannotBeRead)
{
    make_source(random_text(kLarge));
    make_target();
    auto wanted = request();
    const File unreadable(Handle(::open(temp_.path().c_str(), O_RDONLY | O_DIRECTORY)));  // EISDIR
    wanted.source = &unreadable;
    const auto reached = copy(wanted, {0, kLarge});
    ASSERT_FALSE(reached);
    EXPECT_EQ(reached.error().error.code, EISDIR);
    EXPECT_TRUE(reached.error().source_side);
}

}  // namespace
}  // namespace arsync::platform
