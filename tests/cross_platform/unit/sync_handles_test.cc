// Keeping below the limit on descriptors, and hard-link groups.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "sync/handle_budget.h"
#include "sync/hard_links.h"
#include "sync/node.h"
#include "temp_directory.h"

namespace arsync::sync {
namespace {

using platform::Directory;
using test::code;
using test::name;
using test::TempDirectory;

HeldSource opened(const std::string& path)
{
    return std::make_shared<const SourceDirectory>(Directory::open_root(path).value());
}

/// Who is told of a shortage.
void no_matter() {}

class SyncHandleBudget : public testing::Test {
protected:
    /// An idle directory with an open handle.
    void add_idle(HandleBudget& budget)
    {
        const auto node = DirectoryNode::make_root();
        auto& source = node->add_source();
        source.root_path = temp_.path();
        const auto held = opened(temp_.path());
        source.handle.hold(held, held->stat()->identity);
        nodes_.push_back(node);
        handles_.push_back(held);
        budget.idle(node);
    }

    std::string open_handles() const
    {
        std::string text;
        for (const auto& handle : handles_) text += handle.expired() ? '-' : 'o';
        return text;
    }

    const TempDirectory temp_;
    std::vector<std::shared_ptr<DirectoryNode>> nodes_;
    std::vector<std::weak_ptr<const SourceDirectory>> handles_;
};

TEST_F(SyncHandleBudget, FewDescriptorsCloseTheOldestHandles)
{
    HandleBudget budget(0, 1, no_matter);
    for (int i = 0; i < 100; ++i) {
        add_idle(budget);
        EXPECT_LE(std::ranges::count(open_handles(), 'o'), 5);
        EXPECT_TRUE(open_handles().ends_with('o')) << i;
    }
    EXPECT_EQ(open_handles().find("o-"), std::string::npos);
    for (const auto& node : nodes_) EXPECT_EQ(code(node->source(0)), 0);
}

TEST_F(SyncHandleBudget, ManyDescriptorsKeepAllOpen)
{
    HandleBudget budget(65'536, 4, no_matter);
    for (int i = 0; i < 100; ++i) add_idle(budget);
    EXPECT_EQ(open_handles(), std::string(100, 'o'));
}

TEST_F(SyncHandleBudget, RoomIsMadeWhenDescriptorsRunOut)
{
    HandleBudget budget(65'536, 4, no_matter);
    for (int i = 0; i < 4; ++i) add_idle(budget);
    std::vector<std::string> seen;
    const auto result = budget.with_room([&]() -> Result<int> {
        seen.push_back(open_handles());
        if (seen.size() < 3) return fail(Operation::Open, EMFILE);
        return 7;
    });
    EXPECT_EQ(result, 7);
    EXPECT_EQ(seen, (std::vector<std::string>{"oooo", "--oo", "---o"}));
}

TEST_F(SyncHandleBudget, WaitsForOthersWhenThereIsNothingToClose)
{
    HandleBudget budget(65'536, 4, no_matter);
    add_idle(budget);
    nodes_.clear();  // gone by itself meanwhile
    int calls = 0;
    const auto result = budget.with_room([&]() -> Result<int> {
        if (++calls < 5) return fail(Operation::Open, ENFILE);
        return 7;
    });
    EXPECT_EQ(result, 7);
    EXPECT_EQ(calls, 5);
}

TEST_F(SyncHandleBudget, DoesNotWaitForEver)
{
    HandleBudget budget(65'536, 4, no_matter);
    for (const int number : {EMFILE, ENFILE})
        EXPECT_EQ(code(budget.with_room([&]() -> Result<int> { return fail(Operation::Open, number); })), number);
}

TEST_F(SyncHandleBudget, OtherErrorsCloseNothing)
{
    HandleBudget budget(65'536, 4, no_matter);
    for (int i = 0; i < 3; ++i) add_idle(budget);
    int calls = 0;
    const auto result = budget.with_room([&]() -> Result<int> {
        ++calls;
        return fail(Operation::Open, EACCES);
    });
    EXPECT_EQ(code(result), EACCES);
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(open_handles(), "ooo");
}

TEST(SyncHardLinks, NamesOfOneFileShareAGroup)
{
    HardLinks links;
    const auto first = links.join({1, 100}, 3);
    EXPECT_EQ(links.join({1, 100}, 3), first);
    EXPECT_NE(links.join({1, 101}, 3), first);
    EXPECT_NE(links.join({2, 100}, 3), first);  // another device
    EXPECT_NE(links.join({1, 116}, 3), first);  // in the same shard
    EXPECT_EQ(first->members_seen, 2U);
    EXPECT_EQ(first->state, LinkGroup::State::Open);
}

TEST(SyncHardLinks, GroupIsForgottenOnceAllItsNamesWereSeen)
{
    HardLinks links;
    auto group = links.join({1, 100}, 2);
    const std::weak_ptr<LinkGroup> watched = group;
    group = links.join({1, 100}, 2);
    EXPECT_EQ(group->members_seen, 2U);
    group.reset();
    EXPECT_TRUE(watched.expired());
    EXPECT_EQ(links.join({1, 100}, 2)->members_seen, 1U);
}

}  // namespace
}  // namespace arsync::sync
