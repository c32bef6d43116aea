// Handles and names: nothing below a root is reached through a link. Expected errors: open(2), rename(2), linkat(2).
#include "platform/directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <climits>

#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::code;
using test::name;
using test::read_text;
using test::TempDirectory;

class PlatformDirectory : public testing::Test {
protected:
    const TempDirectory temp_;
    const Directory directory_ = temp_.open();
};

TEST_F(PlatformDirectory, RootMayBeReachedThroughALink)
{
    temp_.write("real/file", "x");
    ASSERT_EQ(code(directory_.make_symlink("real", name("link"))), 0);
    const auto root = Directory::open_root(temp_ / "link");
    ASSERT_TRUE(root);
    EXPECT_EQ(root->stat(name("file"))->size, 1U);
    EXPECT_EQ(code(Directory::open_root(temp_ / "none")), ENOENT);
    EXPECT_EQ(code(Directory::open_root(temp_ / "real/file")), ENOTDIR);
}

TEST_F(PlatformDirectory, LinkInPlaceOfADirectoryIsRefused)
{
    const TempDirectory outside;
    ASSERT_EQ(code(directory_.make_symlink(outside.path(), name("d"))), 0);
    const int refusal = code(directory_.open_directory(name("d")));
    EXPECT_TRUE(refusal == ENOTDIR || refusal == ELOOP) << refusal;
}

TEST_F(PlatformDirectory, LinkInPlaceOfAFileIsRefused)
{
    temp_.write("secret", "secret");
    ASSERT_EQ(code(directory_.make_symlink("secret", name("f"))), 0);
    ASSERT_EQ(code(directory_.make_symlink("new", name("dangling"))), 0);
    EXPECT_EQ(code(directory_.open_file(name("f"))), ELOOP);
    EXPECT_EQ(code(directory_.open_for_update(name("f"))), ELOOP);
    EXPECT_EQ(code(directory_.create_file(name("f"), 0600)), EEXIST);
    EXPECT_EQ(code(directory_.create_file(name("dangling"), 0600)), EEXIST);
    EXPECT_EQ(code(directory_.stat(name("new"))), ENOENT);
}

TEST_F(PlatformDirectory, StatTellsOfTheLinkItself)
{
    ASSERT_EQ(code(directory_.make_symlink("/etc/passwd", name("l"))), 0);
    const auto facts = directory_.stat(name("l"));
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->type, FileType::Symlink);
    EXPECT_EQ(facts->size, std::string_view("/etc/passwd").size());
    EXPECT_EQ(stat_path(temp_ / "l", false)->type, FileType::Symlink);
    EXPECT_EQ(stat_path(temp_ / "l", true)->type, FileType::Regular);
}

TEST_F(PlatformDirectory, ReadsLinkTargetsOfAnyLength)
{
    for (const std::size_t length : {1U, 255U, 256U, 257U, 1024U, 4095U}) {
        const std::string target(length, 't');
        const auto link = name("l" + std::to_string(length));
        const auto made = code(directory_.make_symlink(target, link));
        if (made == ENAMETOOLONG && length >= 1024) break;  // XFS
        ASSERT_EQ(made, 0) << length;
        EXPECT_EQ(directory_.read_link(link).value(), target) << length;
    }
    temp_.write("file", "");
    EXPECT_EQ(code(directory_.read_link(name("file"))), EINVAL);
}

TEST_F(PlatformDirectory, FileIsCreatedOnlyWhereNothingIs)
{
    const auto file = directory_.create_file(name("f"), 0600);
    ASSERT_TRUE(file);
    EXPECT_EQ(code(file->write_at(0, test::bytes("kept"))), 0);
    EXPECT_EQ(code(directory_.create_file(name("f"), 0600)), EEXIST);
    EXPECT_EQ(code(directory_.make_directory(name("f"), 0700)), EEXIST);
    EXPECT_EQ(temp_.read("f"), "kept");
}

TEST_F(PlatformDirectory, FifoInPlaceOfAFileDoesNotBlock)
{
    ASSERT_EQ(code(directory_.make_node(name("p"), FileType::Fifo, 0600, {})), 0);
    const auto opened = directory_.open_file(name("p"));  // would wait for a writer for ever
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->stat()->type, FileType::Fifo);
}

TEST_F(PlatformDirectory, RenameReplaces)
{
    temp_.write("new", "new");
    temp_.write("old", "old");
    ASSERT_EQ(code(directory_.rename(name("new"), name("old"))), 0);
    EXPECT_EQ(temp_.read("old"), "new");
    EXPECT_EQ(code(directory_.stat(name("new"))), ENOENT);

    temp_.write("d/inside", "");
    const int refusal = code(directory_.rename(name("old"), name("d")));
    EXPECT_EQ(refusal, EISDIR);
    EXPECT_EQ(temp_.read("old"), "new");
}

TEST_F(PlatformDirectory, ExclusiveRenameReplacesNothing)
{
    temp_.write("new", "new");
    temp_.write("old", "old");
    ASSERT_EQ(code(directory_.make_symlink("nowhere", name("dangling"))), 0);
    ASSERT_EQ(code(directory_.make_directory(name("d"), 0700)), 0);
    for (const char* there : {"old", "dangling", "d"})
        EXPECT_EQ(code(directory_.rename_exclusively(name("new"), name(there))), EEXIST) << there;
    EXPECT_EQ(temp_.read("new"), "new");
    EXPECT_EQ(temp_.read("old"), "old");
    EXPECT_EQ(code(directory_.rename_exclusively(name("new"), name("free"))), 0);
    EXPECT_EQ(temp_.read("free"), "new");
    EXPECT_EQ(code(directory_.stat(name("new"))), ENOENT);
    EXPECT_EQ(code(directory_.rename_exclusively(name("d"), name("e"))), 0);
    EXPECT_EQ(directory_.stat(name("e"))->type, FileType::Directory);
    EXPECT_EQ(code(directory_.rename_exclusively(name("none"), name("any"))), ENOENT);
}

TEST_F(PlatformDirectory, RenameReplacesALinkNotItsTarget)
{
    temp_.write("target", "target");
    temp_.write("new", "new");
    ASSERT_EQ(code(directory_.make_symlink("target", name("l"))), 0);
    ASSERT_EQ(code(directory_.rename(name("new"), name("l"))), 0);
    EXPECT_EQ(temp_.read("target"), "target");
    EXPECT_EQ(directory_.stat(name("l"))->type, FileType::Regular);
}

TEST_F(PlatformDirectory, LinkGivesTheSameFileAFurtherName)
{
    temp_.write("f", "data");
    ASSERT_EQ(code(directory_.make_directory(name("d"), 0700)), 0);
    const auto other = directory_.open_directory(name("d"));
    ASSERT_TRUE(other);
    ASSERT_EQ(code(directory_.link(name("f"), *other, name("g"))), 0);
    EXPECT_EQ(directory_.stat(name("f"))->identity, other->stat(name("g"))->identity);
    EXPECT_EQ(directory_.stat(name("f"))->link_count, 2U);
    EXPECT_EQ(code(directory_.link(name("f"), *other, name("g"))), EEXIST);
}

TEST_F(PlatformDirectory, LinkToASymlinkDoesNotFollowIt)
{
    temp_.write("f", "data");
    ASSERT_EQ(code(directory_.make_symlink("f", name("l"))), 0);
    ASSERT_EQ(code(directory_.link(name("l"), directory_, name("m"))), 0);
    EXPECT_EQ(directory_.stat(name("m"))->type, FileType::Symlink);
    EXPECT_EQ(directory_.stat(name("f"))->link_count, 1U);
}

TEST_F(PlatformDirectory, UnlinkAndRemoveKeepToTheirKind)
{
    temp_.write("d/inside", "");
    ASSERT_EQ(code(directory_.make_symlink("d", name("l"))), 0);
    EXPECT_EQ(code(directory_.remove_directory(name("d"))), ENOTEMPTY);
    EXPECT_EQ(code(directory_.remove_directory(name("l"))), ENOTDIR);
    const int refusal = code(directory_.unlink(name("d")));
    EXPECT_TRUE(refusal == EISDIR || refusal == EPERM) << refusal;  // Linux's unlink(2), and POSIX's and macOS's
    EXPECT_EQ(code(directory_.unlink(name("l"))), 0);
    EXPECT_EQ(temp_.read("d/inside"), "");
    ASSERT_EQ(code(directory_.open_directory(name("d"))->unlink(name("inside"))), 0);
    EXPECT_EQ(code(directory_.remove_directory(name("d"))), 0);
    EXPECT_EQ(code(directory_.stat(name("d"))), ENOENT);
}

TEST_F(PlatformDirectory, HeldDirectoryStaysTheSameWhenItsNameMoves)
{
    temp_.write("d/f", "mine");
    const auto held = directory_.open_directory(name("d"));
    ASSERT_EQ(code(directory_.rename(name("d"), name("moved"))), 0);
    ASSERT_EQ(code(directory_.make_symlink("/", name("d"))), 0);
    ASSERT_EQ(code(held->create_file(name("g"), 0600)), 0);
    EXPECT_EQ(temp_.read("moved/g"), "");
    EXPECT_EQ(read_text(*held->open_file(name("f")), 0, 10), "mine");
}

TEST_F(PlatformDirectory, DepthIsNotLimitedByThePathLength)
{
    const auto component = name(std::string(200, 'd'));
    const int depth = PATH_MAX / 200 + 5;
    std::vector<Directory> chain;
    chain.push_back(temp_.open());
    for (int i = 0; i < depth; ++i) {
        ASSERT_EQ(code(chain.back().make_directory(component, 0700)), 0) << i;
        auto next = chain.back().open_directory(component);
        ASSERT_EQ(code(next), 0) << i;
        chain.push_back(*std::move(next));
    }
    const auto file = chain.back().create_file(name("f"), 0600);
    ASSERT_TRUE(file);
    EXPECT_EQ(code(file->write_at(0, test::bytes("deep"))), 0);
    EXPECT_EQ(read_text(*chain.back().open_file(name("f")), 0, 10), "deep");
    EXPECT_EQ(chain.back().stat(name("f"))->size, 4U);

    ASSERT_EQ(code(chain.back().unlink(name("f"))), 0);
    for (chain.pop_back(); !chain.empty(); chain.pop_back())
        ASSERT_EQ(code(chain.back().remove_directory(component)), 0);
}

TEST_F(PlatformDirectory, ModesMeanWhatTheySay)
{
    const mode_t before = ::umask(0);
    EXPECT_EQ(code(directory_.create_file(name("f"), 0666)), 0);
    EXPECT_EQ(code(directory_.make_directory(name("d"), 0777)), 0);
    EXPECT_EQ(code(directory_.make_node(name("p"), FileType::Fifo, 0622, {})), 0);
    ::umask(before);
    EXPECT_EQ(directory_.stat(name("f"))->mode, 0666);
    EXPECT_EQ(directory_.stat(name("d"))->mode, 0777);
    EXPECT_EQ(directory_.stat(name("p"))->mode, 0622);
}

TEST_F(PlatformDirectory, ReadsWholeFiles)
{
    const std::string content = std::string(40'000, 'x') + '\0' + "end";
    temp_.write("f", content);
    EXPECT_EQ(read_whole_file(temp_ / "f", {}).value(), content);
    EXPECT_EQ(code(read_whole_file(temp_ / "none", {})), ENOENT);
    EXPECT_EQ(code(read_whole_file(temp_.path(), {})), EISDIR);
}

}  // namespace
}  // namespace arsync::platform
