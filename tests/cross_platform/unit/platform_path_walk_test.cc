// Paths that the user names, walked under a policy. Expected errors: open(2), path_resolution(7).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "platform/append_file.h"
#include "platform/directory.h"
#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::code;
using test::name;
using test::TempDirectory;

class PlatformPathWalk : public testing::Test {
protected:
    void SetUp() override
    {
        temp_.write("real/sub/file", "text");
        link("sub", "real/inner");
        link("real", "mine");
        link(temp_ / "real", "absolute");
        link("mine/inner", "twice");
    }

    void link(const std::string& target, const std::string& at) const
    {
        ASSERT_EQ(::symlink(target.c_str(), (temp_ / at).c_str()), 0);
    }

    /// A link of somebody else's. Only root can make one.
    void others_link(const std::string& target, const std::string& at) const
    {
        link(target, at);
        ASSERT_EQ(::lchown((temp_ / at).c_str(), 4321, 4321), 0);
    }

    [[nodiscard]] Result<std::string> read(const std::string& path) const
    {
        return read_whole_file(temp_ / path, policy_);
    }

    const TempDirectory temp_;
    PathPolicy policy_{.any_links = false, .user = ::geteuid(), .confined_to = {}};
};

TEST_F(PlatformPathWalk, OnesOwnLinksArePassed)
{
    for (const auto* path : {"real/sub/file", "mine/sub/file", "mine/inner/file", "absolute/inner/file", "twice/file",
                             "mine//inner/./file", "mine/inner/../../mine/sub/file", "twice/../sub/file"})
        EXPECT_EQ(read(path).value_or("refused"), "text") << path;
}

TEST_F(PlatformPathWalk, TheEndMayBeALinkToo)
{
    link("sub/file", "real/to-file");
    EXPECT_EQ(read("mine/to-file").value_or("refused"), "text");
    for (const auto* path : {"mine", "mine/", "mine/inner", "mine/inner/", "twice/.", "twice/..", "absolute//"})
        EXPECT_TRUE(Directory::open_root(temp_ / path, policy_)) << path;
    EXPECT_TRUE(Directory::open_root("/", policy_));
}

TEST_F(PlatformPathWalk, ErrorsAreThoseOfOpen)
{
    link("nowhere", "dangling");
    link("circle", "circle");
    EXPECT_EQ(code(read("mine/none")), ENOENT);
    EXPECT_EQ(code(read("none/file")), ENOENT);
    EXPECT_EQ(code(read("dangling")), ENOENT);
    EXPECT_EQ(code(read("circle")), ELOOP);
    EXPECT_EQ(code(read("circle/x")), ELOOP);
    EXPECT_EQ(code(read("mine/sub/file/")), ENOTDIR);
    EXPECT_EQ(code(read("mine/sub/file/x")), ENOTDIR);
    EXPECT_EQ(code(Directory::open_root(temp_ / "mine/sub/file", policy_)), ENOTDIR);
    EXPECT_EQ(code(Directory::open_root("", policy_)), ENOENT);
    EXPECT_EQ(read("circle").error().operation, Operation::Open);
}

TEST_F(PlatformPathWalk, OthersLinksAreRefusedWhereverTheyAre)
{
    ARSYNC_NEEDS_ROOT();
    others_link("real", "theirs");
    others_link("file", "real/sub/end");
    link("theirs/sub", "through");
    for (const auto* path :
         {"theirs/sub/file", "real/sub/end", "mine/inner/end", "through/file", "mine/../theirs/sub/file"}) {
        const auto refused = read(path);
        EXPECT_EQ(code(refused), ELOOP) << path;
        EXPECT_EQ(refused.error().operation, Operation::PassLink) << path;
    }
    EXPECT_EQ(code(Directory::open_root(temp_ / "theirs", policy_)), ELOOP);
    policy_.any_links = true;
    for (const auto* path : {"theirs/sub/file", "real/sub/end", "through/file"})
        EXPECT_EQ(read(path).value_or("refused"), "text") << path;
}

TEST_F(PlatformPathWalk, RootsLinksArePassedByOthers)
{
    ARSYNC_NEEDS_ROOT();
    policy_.user = 4321;
    EXPECT_EQ(read("twice/file").value_or("refused"), "text");
    others_link("real", "theirs");
    EXPECT_EQ(read("theirs/sub/file").value_or("refused"), "text");
    policy_.user = 4322;
    EXPECT_EQ(code(read("theirs/sub/file")), ELOOP);
}

TEST_F(PlatformPathWalk, NewFilesAreMadeWhereALinkLeads)
{
    link("real/new", "to-new");
    EXPECT_TRUE(AppendFile::open(temp_ / "to-new", 0644, policy_)->write("log"));
    EXPECT_EQ(temp_.read("real/new"), "log");
    if (!test::is_root()) return;
    others_link("real/newer", "to-newer");
    EXPECT_EQ(code(AppendFile::open(temp_ / "to-newer", 0644, policy_)), ELOOP);
    EXPECT_EQ(temp_.read("real/newer"), "(no file)");
}

TEST_F(PlatformPathWalk, ConfinedToADirectory)
{
    temp_.write("outside/file", "secret");
    link("../../outside", "real/sub/out");
    policy_.confined_to = temp_ / "mine";
    EXPECT_EQ(read("real/sub/file").value_or("refused"), "text");
    EXPECT_EQ(read("twice/file").value_or("refused"), "text");
    EXPECT_TRUE(Directory::open_root(temp_ / "real", policy_));
    EXPECT_TRUE(Directory::open_root(temp_ / "outside/../real/sub", policy_));
    for (const auto* path : {"outside/file", "real/sub/out/file", "real/../outside/file"}) {
        const auto refused = read(path);
        EXPECT_EQ(code(refused), ELOOP) << path;
        EXPECT_EQ(refused.error().operation, Operation::LeaveRoot) << path;
    }
    EXPECT_EQ(code(Directory::open_root(temp_.path(), policy_)), ELOOP);
    EXPECT_EQ(code(Directory::open_root(temp_ / "real/..", policy_)), ELOOP);
    EXPECT_EQ(code(AppendFile::open(temp_ / "outside/new", 0644, policy_)), ELOOP);
    EXPECT_EQ(temp_.read("outside/new"), "(no file)");
    policy_.confined_to = temp_ / "none";
    EXPECT_EQ(code(read("real/sub/file")), ELOOP);
}

TEST_F(PlatformPathWalk, FromADirectory)
{
    const auto directory = temp_.open();
    EXPECT_TRUE(directory.open_by_path("mine/inner", policy_));
    EXPECT_EQ(code(directory.check_way("twice", policy_)), 0);
    EXPECT_EQ(code(directory.open_by_path("none", policy_)), ENOENT);
    EXPECT_TRUE(Directory::open_root(temp_ / "real", policy_)->open_trusted_file(name("inner"), policy_));
}

TEST_F(PlatformPathWalk, DirectoriesThatCannotBeListedArePassed)
{
    if (test::is_root()) GTEST_SKIP() << "root may list them all";
    ASSERT_EQ(::chmod((temp_ / "real").c_str(), 0100), 0);
    EXPECT_EQ(read("mine/sub/file").value_or("refused"), "text");
    ASSERT_EQ(::chmod((temp_ / "real").c_str(), 0700), 0);
}

}  // namespace
}  // namespace arsync::platform
