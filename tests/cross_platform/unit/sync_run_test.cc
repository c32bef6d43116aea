// What a run does and tells. The lines are those that rsync 3.5 -ai printed for the same trees.
#include <algorithm>

#include "sync_run_fixture.h"

namespace arsync::sync {
namespace {

using arsync::test::code;
using test::Lines;
using test::Recorder;
using test::SlowRecorder;
using test::SyncRun;

TEST_F(SyncRun, NewCopy)
{
    make_small_tree();
    EXPECT_EQ(run_lines(), (Lines{"cd+++++++++ ./", ">f+++++++++ f", "cL+++++++++ l -> f", "cd+++++++++ d/",
                                  ">f+++++++++ d/g", "cd+++++++++ d/e/"}));
    EXPECT_EQ(tree("d"), tree("s"));
    EXPECT_EQ(outcome_.progress->files_copied, 2U);
    EXPECT_EQ(outcome_.progress->bytes_copied, 4U);
    EXPECT_EQ(outcome_.progress->found.total(), 6U);
    EXPECT_EQ(outcome_.progress->created.total(), 6U);
    EXPECT_TRUE(outcome_.progress->walk_complete);
}

TEST_F(SyncRun, AttributesAreThoseOfTheSource)
{
    make_small_tree();
    const Timestamp time{-12'345, 678'901'234};
    ASSERT_EQ(::chmod((temp_ / "s/f").c_str(), 0604), 0);
    ASSERT_EQ(::chmod((temp_ / "s/d").c_str(), 0710), 0);
    for (const char* each : {"f", "l", "d"}) set_time("s", each, time);
    static_cast<void>(run_lines());
    EXPECT_EQ(stat("d/f").mode, 0604);
    EXPECT_EQ(stat("d/d").mode, 0710);
    for (const char* each : {"d/f", "d/l", "d/d"}) EXPECT_EQ(stat(each).modified, time) << each;
}

TEST_F(SyncRun, NothingIsDoneTwice)
{
    make_small_tree();
    static_cast<void>(run_lines());
    const auto before = stat("d/f");
    EXPECT_EQ(run_lines(), Lines{});
    EXPECT_EQ(outcome_.progress->files_copied, 0U);
    EXPECT_EQ(outcome_.progress->bytes_copied, 0U);
    EXPECT_EQ(stat("d/f").identity, before.identity);
    EXPECT_EQ(stat("d/f").changed, before.changed);

    Recorder all(true);
    EXPECT_EQ(run(all), Ending::Complete);
    EXPECT_EQ(all.take(), (Lines{".d          ./", ".f          f", ".L          l -> f", ".d          d/",
                                 ".f          d/g", ".d          d/e/"}));
}

TEST_F(SyncRun, UpdateReplacesWhatDiffers)
{
    make_small_tree();
    static_cast<void>(run_lines());
    const auto before = stat("d/f");
    temp_.write("s/f", "longer\n");
    set_time("s", "f", {1'900'000'000, 0});
    ASSERT_EQ(::chmod((temp_ / "s/d/g").c_str(), 0600), 0);
    EXPECT_EQ(run_lines(), (Lines{">f.st...... f", ".f...p..... d/g"}));
    EXPECT_EQ(temp_.read("d/f"), "longer\n");
    EXPECT_NE(stat("d/f").identity, before.identity);  // another file took its place
    EXPECT_EQ(stat("d/d/g").mode, 0600);
}

TEST_F(SyncRun, FirstOfSeveralSourcesWins)
{
    temp_.write("s/f", "first");
    temp_.write("s/d/x", "first");
    temp_.write("t/f", "second");
    temp_.write("t/d/y", "second");
    job_.sources = {temp_ / "s/", temp_ / "t/"};
    EXPECT_EQ(run_lines(),
              (Lines{"cd+++++++++ ./", ">f+++++++++ f", "cd+++++++++ d/", ">f+++++++++ d/x", ">f+++++++++ d/y"}));
    EXPECT_EQ(temp_.read("d/f"), "first");
}

TEST_F(SyncRun, HardLinksStayLinked)
{
    temp_.write("s/a1", "1");
    temp_.write("s/b1", "2");
    std::filesystem::create_hard_link(temp_ / "s/b1", temp_ / "s/b2");
    std::filesystem::create_hard_link(temp_ / "s/a1", temp_ / "s/c2");
    job_.preservation.hard_links = true;
    // When rsync tells of the followers depends on how quick its other half is: always behind their leader.
    auto lines = run_lines();
    std::ranges::sort(lines);
    EXPECT_EQ(lines, (Lines{">f+++++++++ b2", ">f+++++++++ c2", "cd+++++++++ ./", "hf+++++++++ a1 => c2",
                            "hf+++++++++ b1 => b2"}));
    EXPECT_EQ(stat("d/a1").identity, stat("d/c2").identity);
    EXPECT_EQ(stat("d/b1").identity, stat("d/b2").identity);
    EXPECT_NE(stat("d/a1").identity, stat("d/b1").identity);
    EXPECT_EQ(tree("d"), tree("s"));
}

TEST_F(SyncRun, OrderDoesNotDependOnTheNumberOfWorkers)
{
    for (int i = 0; i < 600; ++i) temp_.write("s/flat/" + std::to_string(i * 7919 % 1000), "x");
    for (int i = 0; i < 30; ++i) {
        for (const char* below : {"/f", "/a/f", "/a/g", "/b.c/f"}) temp_.write("s/" + std::to_string(i) + below, "x");
    }
    job_.dry_run = true;
    job_.limits.workers = 1;
    const auto one = run_lines();
    job_.limits.workers = 8;
    EXPECT_EQ(run_lines(), one);
    job_.dry_run = false;
    EXPECT_EQ(run_lines(), one);
    EXPECT_EQ(tree("d"), tree("s"));
}

TEST_F(SyncRun, TicksComeFromTheThreadThatRunsIt)
{
    for (int i = 0; i < 50; ++i) temp_.write("s/" + std::to_string(i), "x");
    job_.tick = std::chrono::milliseconds(1);
    SlowRecorder recorder([] { std::this_thread::sleep_for(std::chrono::milliseconds(2)); });
    EXPECT_EQ(run(recorder), Ending::Complete);
    EXPECT_GT(recorder.ticks, 0);
    EXPECT_EQ(recorder.ticked_by, std::this_thread::get_id());
}

}  // namespace
}  // namespace arsync::sync
