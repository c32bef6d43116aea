// Facts about this process, and paths that the user typed.
#include "platform/process.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <set>

#include "platform/directory.h"
#include "platform/event_loop.h"
#include "temp_directory.h"

namespace arsync::platform {
namespace {

TEST(PlatformProcess, UmaskIsTakenAndRemembered)
{
    const mode_t before = ::umask(0027);
    const auto facts = prepare_process();
    EXPECT_EQ(facts.umask, 0027);
    EXPECT_EQ(::umask(before), 0U);
}

TEST(PlatformProcess, FactsAreThoseOfTheSystem)
{
    const mode_t before = ::umask(0022);
    const auto facts = prepare_process();
    ::umask(before);
    EXPECT_EQ(facts.user, ::geteuid());
    EXPECT_EQ(facts.group, ::getegid());
    EXPECT_EQ(facts.privileged, ::geteuid() == 0);
    EXPECT_GE(facts.cores, 1U);
    EXPECT_LE(facts.cores, static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_CONF)));
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_TRUE(limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur == facts.descriptors) << facts.descriptors;
}

TEST(PlatformProcess, LimitOnOpenFilesIsRaised)
{
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max < 512) GTEST_SKIP() << "the hard limit is too low";
    const rlimit low{256, limit.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    const mode_t before = ::umask(0022);
    EXPECT_GT(prepare_process().descriptors, 256U);
    ::umask(before);
}

TEST(PlatformProcess, BrokenPipeIsAnErrorNotTheEnd)
{
    const mode_t before = ::umask(0022);
    static_cast<void>(prepare_process());
    ::umask(before);
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ::close(ends[0]);
    EXPECT_EQ(::write(ends[1], "x", 1), -1);
    EXPECT_EQ(errno, EPIPE);
    ::close(ends[1]);
}

TEST(PlatformProcess, MemberOfItsOwnGroup)
{
    EXPECT_TRUE(is_member_of(::getegid()));
    EXPECT_FALSE(is_member_of(4'000'000'000U));
}

TEST(PlatformProcess, NamesOfIds)
{
    EXPECT_EQ(user_name(0), "root");  // hier(7), passwd(5)
    const auto group = group_name(0);
    EXPECT_TRUE(group == "root" || group == "wheel") << group.value_or("none");  // macOS: wheel
    EXPECT_EQ(user_name(4'000'000'000U), std::nullopt);
    EXPECT_EQ(group_name(4'000'000'000U), std::nullopt);
}

TEST(PlatformProcess, EnvironmentTellsEmptyFromMissing)
{
    ASSERT_EQ(::setenv("ARSYNC_UNIT_TEST", "", 1), 0);
    EXPECT_EQ(environment("ARSYNC_UNIT_TEST"), "");
    ASSERT_EQ(::unsetenv("ARSYNC_UNIT_TEST"), 0);
    EXPECT_EQ(environment("ARSYNC_UNIT_TEST"), std::nullopt);
}

TEST(PlatformProcess, RandomNumbersDiffer)
{
    std::set<std::uint64_t> numbers;
    for (int i = 0; i < 1000; ++i) numbers.insert(random_number());
    EXPECT_EQ(numbers.size(), 1000U);
}

/// The loader of macOS programs cannot make a second process out of one; the suite `race` sends signals to all of it.
bool can_fork()
{
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    return child != -1 && ::waitpid(child, nullptr, 0) == child;
}

TEST(PlatformProcess, DiesByAnInterrupt)
{
    if (!can_fork()) GTEST_SKIP() << "no fork here";
    // Whoever started the program sees a death by SIGINT, not an exit code: a shell then stops its script as well.
    EXPECT_EXIT(die_by_interrupt(), testing::KilledBySignal(SIGINT), "");
}

TEST(PlatformProcess, DiesByAnInterruptWhileAnEventLoopHandlesIt)
{
    if (!can_fork()) GTEST_SKIP() << "no fork here";
    const auto handle_and_die = [] {
        const auto loop = EventLoop::create();
        die_by_interrupt();
    };
    EXPECT_EXIT(handle_and_die(), testing::KilledBySignal(SIGINT), "");
}

class PlatformPaths : public testing::Test {
protected:
    PlatformPaths() { std::filesystem::current_path(temp_.path()); }
    ~PlatformPaths() override { std::filesystem::current_path(before_); }

    const std::filesystem::path before_ = std::filesystem::current_path();
    const test::TempDirectory temp_{std::filesystem::canonical(std::filesystem::temp_directory_path())};
};

TEST_F(PlatformPaths, BecomeAbsolute)
{
    const std::string here = temp_.path();
    const std::pair<const char*, std::string> cases[] = {
        {"", here},           {".", here},
        {"./", here},         {"a", here + "/a"},
        {"a/", here + "/a"},  {"./a//b/./c", here + "/a/b/c"},
        {"..", here + "/.."}, {"a/../b", here + "/a/../b"},
        {".a", here + "/.a"}, {"...", here + "/..."},
        {"/", "/"},           {"//", "/"},
        {"/.", "/"},          {"/a", "/a"},
        {"//a///b/", "/a/b"}, {"/a/./b/.", "/a/b"},
        {"/..", "/.."},
    };
    for (const auto& [path, absolute] : cases) EXPECT_EQ(absolute_path(path), absolute) << '[' << path << ']';
}

TEST_F(PlatformPaths, InTheRootDirectory)
{
    std::filesystem::current_path("/");
    EXPECT_EQ(absolute_path("a/b"), "/a/b");
    EXPECT_EQ(absolute_path(""), "/");
    EXPECT_EQ(absolute_path("."), "/");
}

}  // namespace
}  // namespace arsync::platform
