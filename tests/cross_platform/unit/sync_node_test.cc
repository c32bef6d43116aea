// Directory handles that are closed and opened again.
#include <gtest/gtest.h>

#include <cerrno>

#include "sync/node.h"
#include "temp_directory.h"

namespace arsync::sync {
namespace {

using platform::Directory;
using test::code;
using test::name;
using test::TempDirectory;

HeldDirectory opened(const std::string& path)
{
    return std::make_shared<const Directory>(Directory::open_root(path).value());
}

class SyncReopenable : public testing::Test {
protected:
    SyncReopenable()
    {
        temp_.write("d/f", "");
        const auto held = opened(temp_ / "d");
        identity_ = held->stat()->identity;
        reopenable_.hold(held, identity_);
    }

    Result<HeldDirectory> get()
    {
        if (auto held = reopenable_.held()) return held;
        ++reopened_;
        return reopenable_.verified(Directory::open_root(temp_ / "d"));
    }

    const TempDirectory temp_;
    Reopenable<Directory> reopenable_;
    platform::FileIdentity identity_;
    int reopened_ = 0;
};

TEST_F(SyncReopenable, HeldHandleIsNotOpenedAgain)
{
    EXPECT_TRUE(reopenable_.known());
    EXPECT_EQ(reopenable_.identity(), identity_);
    EXPECT_EQ((*get())->stat()->identity, identity_);
    EXPECT_EQ(reopened_, 0);
}

TEST_F(SyncReopenable, IsClosedOnlyWhenNobodyUsesIt)
{
    auto used = *get();
    const std::weak_ptr<const Directory> watched = used;
    reopenable_.let_go();
    EXPECT_EQ(code(used->stat()), 0);
    used.reset();
    EXPECT_TRUE(watched.expired());
}

TEST_F(SyncReopenable, LetGoIsOpenedAgain)
{
    reopenable_.let_go();
    EXPECT_TRUE(reopenable_.known());
    EXPECT_EQ((*get())->stat()->identity, identity_);
    EXPECT_EQ(reopened_, 1);
}

TEST_F(SyncReopenable, AnotherDirectoryInItsPlaceIsRefused)
{
    reopenable_.let_go();
    std::filesystem::rename(temp_ / "d", temp_ / "moved");
    EXPECT_EQ(code(get()), ENOENT);
    temp_.write("d/f", "not mine");
    const auto refused = get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), (Error{Operation::Open, ENOENT}));
}

/// A chain of nodes below a root, with source and destination handles.
class SyncNode : public testing::Test {
protected:
    SyncNode()
    {
        temp_.write("source/a/b/f", "of the source");
        temp_.write("destination/x/b/f", "of the destination");
        auto& source = root_->add_source();
        source.root_path = temp_ / "source";
        hold(source.handle, temp_ / "source");
        root_->set_destination_root(temp_ / "destination");
        hold(root_->destination_handle(), temp_ / "destination");
        a_ = DirectoryNode::make_child(root_, name("a"), name("x"), {0});
        hold(a_->source_at(0).handle, temp_ / "source/a");
        hold(a_->destination_handle(), temp_ / "destination/x");
        b_ = DirectoryNode::make_child(a_, name("b"), name("b"), {0});
        hold(b_->source_at(0).handle, temp_ / "source/a/b");
        hold(b_->destination_handle(), temp_ / "destination/x/b");
    }

    template <class Kind>
    static void hold(Reopenable<Kind>& handle, const std::string& path)
    {
        const auto held = std::make_shared<const Kind>(Directory::open_root(path).value());
        handle.hold(held, held->stat()->identity);
    }

    template <class Held>
    static std::string file_in(const Result<Held>& directory)
    {
        return test::read_text(*(*directory)->open_file(name("f")), 0, 100);
    }

    const TempDirectory temp_;
    const std::shared_ptr<DirectoryNode> root_ = DirectoryNode::make_root();
    std::shared_ptr<DirectoryNode> a_;
    std::shared_ptr<DirectoryNode> b_;
};

TEST_F(SyncNode, PathsFollowTheNamesOfEachSide)
{
    EXPECT_EQ(root_->path(), "");
    EXPECT_EQ(b_->path(), "a/b");
    EXPECT_EQ(b_->source_path(0), temp_ / "source/a/b");
    EXPECT_EQ(b_->destination_path(), temp_ / "destination/x/b");
}

TEST_F(SyncNode, OpensAgainThroughAllParents)
{
    for (const auto& node : {root_, a_, b_}) node->let_go();
    EXPECT_EQ(file_in(b_->source(0)), "of the source");
    EXPECT_EQ(file_in(b_->destination()), "of the destination");
}

TEST_F(SyncNode, DoesNotOpenAgainThroughALink)
{
    for (const auto& node : {a_, b_}) node->let_go();
    std::filesystem::rename(temp_ / "source/a", temp_ / "source/moved");
    std::filesystem::create_directory_symlink("moved", temp_ / "source/a");
    const auto refused = code(b_->source(0));
    EXPECT_TRUE(refused == ENOTDIR || refused == ELOOP) << refused;
}

TEST_F(SyncNode, LastOpenerLetsGo)
{
    const std::weak_ptr<const SourceDirectory> watched = *a_->source(0);
    a_->add_opener();
    a_->remove_opener();
    EXPECT_FALSE(watched.expired());
    a_->remove_opener();
    EXPECT_TRUE(watched.expired());
    EXPECT_EQ(file_in(b_->source(0)), "of the source");
}

TEST_F(SyncNode, LastReleaseIsTold)
{
    a_->retain();
    EXPECT_FALSE(a_->release());
    EXPECT_TRUE(a_->release());
}

TEST(SyncDeepNodes, ChainOfParentsGoesWithoutRecursion)
{
    auto node = DirectoryNode::make_root();
    for (int i = 0; i < 200'000; ++i) node = DirectoryNode::make_child(node, name("d"), name("d"), {});
    node.reset();  // a recursion would overflow the stack here
    EXPECT_EQ(node, nullptr);
}

}  // namespace
}  // namespace arsync::sync
