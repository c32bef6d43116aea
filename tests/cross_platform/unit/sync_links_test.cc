#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "sync/kept_links.h"
#include "sync/link_safety.h"

namespace arsync::sync {
namespace {

TEST(LinkSafety, DependsOnDepth)
{
    EXPECT_TRUE(is_unsafe_link("..", 0));
    EXPECT_FALSE(is_unsafe_link("..", 1));
    EXPECT_TRUE(is_unsafe_link("../a", 0));
    EXPECT_FALSE(is_unsafe_link("../a", 1));
    EXPECT_TRUE(is_unsafe_link("../../a", 1));
    EXPECT_FALSE(is_unsafe_link("..//..///a", 2));
}

TEST(LinkSafety, OnlyLeadingClimbsCount)
{
    for (const char* target : {"", "/", "/a", "a/../b", "a/..", "./..", "./../a", "../..", ".././../a"})
        EXPECT_TRUE(is_unsafe_link(target, 9)) << target;
    for (const char* target : {"a", "a/b", ".", "./a", "..a", "a/..b", "a../b", "../.", "../../", "..."})
        EXPECT_FALSE(is_unsafe_link(target, 9)) << target;
}

TEST(LinkSafety, Munging)
{
    EXPECT_EQ(unmunged("/rsyncd-munged//etc"), "/etc");
    EXPECT_EQ(unmunged("/rsyncd-munged/a"), "a");
    EXPECT_EQ(unmunged("/rsyncd-munged/"), "/rsyncd-munged/");
    EXPECT_EQ(unmunged("a/rsyncd-munged/"), "a/rsyncd-munged/");
}

class KeptLinks : public testing::Test {
protected:
    KeptLinks()
    {
        std::string name = testing::TempDir() + "kept-XXXXXX";
        top_ = ::mkdtemp(name.data());
        std::filesystem::create_directories(top_ / "root/a/b");
        std::filesystem::create_directories(top_ / "root/c");
        std::filesystem::create_directories(top_ / "outside");
        std::filesystem::create_directory_symlink("../c", top_ / "root/a/to-c");
        std::filesystem::create_directory_symlink("loop", top_ / "root/loop");
        std::filesystem::create_directory_symlink("../outside", top_ / "root/out");
        std::ofstream(top_ / "root/file") << "x";
    }
    ~KeptLinks() override { std::filesystem::remove_all(top_); }

    /// Where it leads, or the error's number.
    std::string follow(const std::string& place, const std::string& target)
    {
        const auto root = platform::Directory::open_root((top_ / "root").string());
        const auto found = follow_kept_link(*root, place, target);
        return found ? "/" + found->place : std::to_string(found.error().code);
    }

    std::filesystem::path top_;
    const std::string refused_ = std::to_string(ELOOP);
};

TEST_F(KeptLinks, LeadWithinTheRoot)
{
    EXPECT_EQ(follow("", "a/b"), "/a/b");
    EXPECT_EQ(follow("a", "b"), "/a/b");
    EXPECT_EQ(follow("a", "../c/."), "/c");
    EXPECT_EQ(follow("a", ".."), "/");
    EXPECT_EQ(follow("a/b", "../to-c//"), "/c");
}

TEST_F(KeptLinks, NeverOut)
{
    EXPECT_EQ(follow("a", "/c"), refused_);
    EXPECT_EQ(follow("a", "../.."), refused_);
    EXPECT_EQ(follow("a", "../../root/c"), refused_);
    EXPECT_EQ(follow("", "out"), refused_);
    EXPECT_EQ(follow("", "loop"), refused_);
    EXPECT_EQ(follow("", "file"), std::to_string(ENOTDIR));
    EXPECT_EQ(follow("", "none"), std::to_string(ENOENT));
    EXPECT_NE(follow("a/to-c", "b"), "/c/b");  // the way itself has no links
}

}  // namespace
}  // namespace arsync::sync
