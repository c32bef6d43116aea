// Lists that are cut where memory is short, and go on from there.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "sync/name_list.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using platform::ListedName;

constexpr std::size_t kBlock = 500;  // names that come at once

/// Files and directories, in no order.
class SyncNameList : public testing::Test {
protected:
    SyncNameList()
    {
        std::minstd_rand random(3);
        std::set<std::string> seen;
        while (names_.size() < 20'000) {
            auto name = std::to_string(random() % 100'000'000) + std::string(random() % 3, '-');
            if (seen.insert(name).second) names_.push_back(std::move(name));
        }
        for (std::size_t i = 0; i < names_.size(); ++i) {
            const auto type = i % 4 == 0 ? FileType::Directory : FileType::Regular;
            listed_.push_back({NameView::adopt(names_[i].c_str(), names_[i].size()), type, i});
        }
    }

    void fill(NameList& list) const
    {
        std::span<const ListedName> rest(listed_);
        while (!rest.empty()) {
            auto block = rest.first(std::min(kBlock, rest.size()));
            rest = rest.subspan(block.size());
            std::vector<ListedName> taken;
            for (const auto& entry : block) {
                if (list.takes(entry.name, entry.type == FileType::Directory)) taken.push_back(entry);
            }
            list.add(taken, 0);
        }
        list.sort();
    }

    /// All names in order, by as many lists as it takes.
    std::vector<std::string> in_stretches(NameOrder order, NameMemory& memory, std::size_t& lists) const
    {
        std::vector<std::string> all;
        std::optional<ListPlace> after;
        do {
            NameList list(order);
            list.limit(memory, after);
            fill(list);
            ++lists;
            for (const auto& entry : list.entries())
                all.push_back(std::string(entry.name.view()) + (entry.is_directory() ? "/" : ""));
            after = list.cut();
        } while (after);
        return all;
    }

    std::vector<std::string> names_;
    std::vector<ListedName> listed_;
};

TEST_F(SyncNameList, StretchesGiveTheSameNamesInTheSameOrderAsOneList)
{
    for (const auto order : {NameOrder::Transfer, NameOrder::Removal}) {
        NameMemory plenty(std::uint64_t{1} << 30);
        NameMemory little(1000);
        std::size_t one = 0;
        std::size_t several = 0;
        const auto whole = in_stretches(order, plenty, one);
        const auto stretches = in_stretches(order, little, several);
        EXPECT_EQ(one, 1U);
        EXPECT_GT(several, 2U);
        EXPECT_EQ(whole.size(), names_.size());
        EXPECT_EQ(whole, stretches);
    }
}

TEST_F(SyncNameList, RemovalGoesBackwards)
{
    NameMemory plenty(std::uint64_t{1} << 30);
    std::size_t lists = 0;
    auto there = in_stretches(NameOrder::Transfer, plenty, lists);
    std::ranges::reverse(there);
    EXPECT_EQ(there, in_stretches(NameOrder::Removal, plenty, lists));
}

TEST_F(SyncNameList, MemoryIsGivenBack)
{
    NameMemory memory(2'000'000);
    {
        NameList list;
        list.limit(memory, std::nullopt);
        fill(list);
        EXPECT_LT(memory.left(), 2'000'000U - names_.size() * sizeof(Entry));
        NameList moved = std::move(list);
        EXPECT_EQ(moved.entries().size(), names_.size());
    }
    EXPECT_EQ(memory.left(), 2'000'000U);
}

TEST_F(SyncNameList, AnotherListsMemoryCounts)
{
    NameMemory memory(1'000'000);
    NameList first;
    first.limit(memory, std::nullopt);
    fill(first);
    EXPECT_FALSE(first.cut());
    NameList second;
    second.limit(memory, std::nullopt);
    fill(second);
    EXPECT_TRUE(second.cut());
    EXPECT_FALSE(second.entries().empty());
}

TEST_F(SyncNameList, WithoutALimitNothingIsCut)
{
    NameList list;
    fill(list);
    EXPECT_EQ(list.entries().size(), names_.size());
    EXPECT_FALSE(list.cut());
}

}  // namespace
}  // namespace arsync::sync
