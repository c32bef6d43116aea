// The order of what is told. The lines of hard-link groups are those of rsync 3.5 -aHii for the same files.
#include "sync/sequencer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "sync_recorder.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using test::Lines;

class SyncSequencer : public testing::Test {
protected:
    void tell(Sequencer::Segment* segment, const std::string& message)
    {
        sequencer_.add(segment, FailureEvent{message, true});
    }

    static Lines warnings(std::initializer_list<const char*> messages)
    {
        Lines lines;
        for (const char* message : messages) lines.push_back(std::string("warning ") + message);
        return lines;
    }

    test::Recorder recorder_{true};
    Sequencer sequencer_{recorder_};
};

TEST_F(SyncSequencer, FirstSegmentIsToldAtOnce)
{
    tell(sequencer_.first(), "a");
    EXPECT_EQ(recorder_.take(), warnings({"a"}));
    EXPECT_EQ(sequencer_.backlog(), 0U);
}

TEST_F(SyncSequencer, LaterSegmentsWaitForTheFirst)
{
    auto* first = sequencer_.first();
    auto* second = sequencer_.insert_after(first);
    auto* third = sequencer_.insert_after(second);
    tell(third, "3");
    sequencer_.close(third);
    tell(second, "2");
    EXPECT_EQ(recorder_.take(), Lines{});
    EXPECT_EQ(sequencer_.backlog(), 2U);
    tell(first, "1");
    sequencer_.close(first);
    EXPECT_EQ(recorder_.take(), warnings({"1", "2"}));  // the second is not closed: more may come
    EXPECT_EQ(sequencer_.backlog(), 1U);
    tell(second, "2b");
    sequencer_.close(second);
    EXPECT_EQ(recorder_.take(), warnings({"2b", "3"}));
    EXPECT_EQ(sequencer_.backlog(), 0U);
}

TEST_F(SyncSequencer, SplitsComeRightBehindTheirSegment)
{
    auto* root = sequencer_.first();
    auto* a = sequencer_.insert_after(root);
    auto* b = sequencer_.insert_after(a);
    auto* a_child = sequencer_.insert_after(a);
    sequencer_.close(root);
    tell(b, "b");
    tell(a_child, "a/child");
    sequencer_.close(b);
    sequencer_.close(a_child);
    EXPECT_EQ(recorder_.take(), Lines{});
    tell(a, "a");
    auto* late = sequencer_.insert_after(a);
    sequencer_.close(a);
    EXPECT_EQ(recorder_.take(), warnings({"a"}));
    tell(late, "a: late");
    sequencer_.close(late);
    EXPECT_EQ(recorder_.take(), warnings({"a: late", "a/child", "b"}));
}

TEST_F(SyncSequencer, EventsOfAllKindsKeepTheirOrder)
{
    auto* second = sequencer_.insert_after(sequencer_.first());
    sequencer_.add(second, DeletedEvent{"old", FileType::Directory});
    ItemEvent item;
    item.update = Update::Transfer;
    item.changes.add(Change::Size);
    item.path = "f";
    item.metadata.type = FileType::Regular;
    sequencer_.add(second, std::move(item));
    sequencer_.add(second, NoticeEvent{NoticeKind::UpToDate, "g"});
    sequencer_.add(second, FailureEvent{"bad", false});
    sequencer_.close(sequencer_.first());
    EXPECT_EQ(recorder_.take(), (Lines{"*deleting   old/", ">f.s....... f", "notice g", "failure bad"}));
}

TEST_F(SyncSequencer, OrderHoldsWhenManyThreadsTell)
{
    constexpr int kSegments = 200;
    std::vector<Sequencer::Segment*> segments{sequencer_.first()};
    for (int i = 1; i < kSegments; ++i) segments.push_back(sequencer_.insert_after(segments.back()));
    std::vector<int> order(kSegments);
    for (int i = 0; i < kSegments; ++i) order[static_cast<std::size_t>(i)] = i;
    std::ranges::shuffle(order, std::minstd_rand(3));

    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (std::size_t i = next++; i < order.size(); i = next++) {
                auto* segment = segments[static_cast<std::size_t>(order[i])];
                for (const char* part : {"a", "b"}) tell(segment, std::to_string(order[i]) + part);
                sequencer_.close(segment);
            }
        });
    }
    threads.clear();
    Lines expected;
    for (int i = 0; i < kSegments; ++i) {
        for (const char* part : {"a", "b"}) expected.push_back("warning " + std::to_string(i) + part);
    }
    EXPECT_EQ(recorder_.take(), expected);
}

/// A hard-link group as tasks tell of it: `update` is what the work made of the member, in whatever order it ran.
class SyncLinkGroups : public SyncSequencer {
protected:
    ItemEvent member(const char* path, Update update, std::uint32_t link_count = 3)
    {
        ItemEvent event;
        event.update = update;
        event.path = path;
        event.group = group_;
        if (update != Update::None) event.changes.add(Change::Created);
        event.metadata.type = FileType::Regular;
        event.metadata.link_count = link_count;
        return event;
    }

    ItemEvent unchanged(const char* path)
    {
        auto event = member(path, Update::None);
        event.was_there = event.untouched = true;
        return event;
    }

    void add(ItemEvent event) { sequencer_.add(sequencer_.first(), std::move(event)); }

    std::shared_ptr<LinkGroupReport> group_ = std::make_shared<LinkGroupReport>();
};

TEST_F(SyncLinkGroups, NewNameIsNewThoughTheToldLeaderWasALinkToTheUpdatedOne)
{
    auto linked = unchanged("a");  // already a name of c's file
    linked.in_place = true;
    auto updated = unchanged("c");
    add(std::move(linked));
    add(member("b", Update::HardLink));
    add(std::move(updated));
    EXPECT_EQ(recorder_.take(), (Lines{".f          a", "hf+++++++++ b => a", "hf          c"}));
}

TEST_F(SyncLinkGroups, LastMemberLeadsWhenNoneWasThere)
{
    add(member("a", Update::Transfer));  // a copied, the others linked to it
    add(member("b", Update::HardLink));
    EXPECT_EQ(recorder_.take(), Lines{});
    add(member("c", Update::HardLink));
    EXPECT_EQ(recorder_.take(), (Lines{">f+++++++++ c", "hf+++++++++ b => c", "hf+++++++++ a => c"}));
}

TEST_F(SyncLinkGroups, MemberThatWasThereLeads)
{
    add(member("a", Update::HardLink));
    add(unchanged("b"));
    add(member("c", Update::HardLink));
    EXPECT_EQ(recorder_.take(), (Lines{".f          b", "hf+++++++++ a => b", "hf+++++++++ c => b"}));
}

TEST_F(SyncLinkGroups, MemberThatWasThereLeadsEvenWhenItIsRewritten)
{
    add(member("a", Update::HardLink));
    auto b = member("b", Update::Transfer);
    b.changes = Changes().add(Change::Size).add(Change::Time);
    b.was_there = true;
    add(std::move(b));
    EXPECT_EQ(recorder_.take(), (Lines{">f.st...... b", "hf+++++++++ a => b"}));
}

TEST_F(SyncLinkGroups, UntouchedFollowersPointNowhere)
{
    for (const char* path : {"a", "b", "c"}) add(unchanged(path));
    EXPECT_EQ(recorder_.take(), (Lines{".f          a", "hf          b", "hf          c"}));
}

TEST_F(SyncLinkGroups, FirstSpecialFileLeads)
{
    for (const char* path : {"a", "b", "c"}) {
        auto event = member(path, path[0] == 'a' ? Update::LocalChange : Update::HardLink);
        event.metadata.type = FileType::Fifo;
        add(std::move(event));
    }
    EXPECT_EQ(recorder_.take(), (Lines{"cS+++++++++ a", "hS+++++++++ b => a", "hS+++++++++ c => a"}));
}

TEST_F(SyncLinkGroups, NamesOutsideTheTransferAreToldOfAtTheEnd)
{
    // Four names, three of them in the transfer.
    for (const char* path : {"a", "b", "c"}) add(member(path, path[0] == 'a' ? Update::Transfer : Update::HardLink, 4));
    EXPECT_EQ(recorder_.take(), Lines{});
    sequencer_.finish();
    EXPECT_EQ(recorder_.take(), (Lines{">f+++++++++ c", "hf+++++++++ b => c", "hf+++++++++ a => c"}));
    sequencer_.finish();
    EXPECT_EQ(recorder_.take(), Lines{});
}

TEST_F(SyncLinkGroups, GroupsDoNotMix)
{
    // rsync may tell of further leaders before the followers; ours stay together.
    const auto first = group_;
    add(member("a1", Update::Transfer, 2));
    group_ = std::make_shared<LinkGroupReport>();
    add(member("b1", Update::Transfer, 2));
    add(member("b2", Update::HardLink, 2));
    group_ = first;
    add(member("a2", Update::HardLink, 2));
    EXPECT_EQ(recorder_.take(),
              (Lines{">f+++++++++ b2", "hf+++++++++ b1 => b2", ">f+++++++++ a2", "hf+++++++++ a1 => a2"}));
}

TEST_F(SyncLinkGroups, UnchangedMembersAreOnlyToldToWhoAsks)
{
    test::Recorder quiet;
    Sequencer sequencer(quiet);
    sequencer.add(sequencer.first(), unchanged("a"));
    sequencer.add(sequencer.first(), member("b", Update::HardLink));
    EXPECT_EQ(quiet.take(), (Lines{"hf+++++++++ b => a"}));
}

}  // namespace
}  // namespace arsync::sync
