// What a run removes and what it leaves alone. The lines are those that rsync 3.5 -ai --delete printed.
#include <algorithm>
#include <csignal>

#include "sync_run_fixture.h"

namespace arsync::sync {
namespace {

using arsync::test::code;
using arsync::test::TempDirectory;
using test::Lines;
using test::Recorder;
using test::SlowRecorder;
using test::SyncRun;

TEST_F(SyncRun, DeleteRemovesWhatTheSourceDoesNotHave)
{
    make_small_tree();
    static_cast<void>(run_lines());
    for (const char* file : {"d/x/y/z", "d/old", "d/d/old"}) temp_.write(file, "");
    EXPECT_EQ(tree("d").size(), tree("s").size() + 5);
    job_.deletion.moment = DeleteMoment::Sure;
    for (const char* directory : {"s", "d"}) set_time(directory, "d", {1'000'000'000, 0});
    const auto root = arsync::platform::Directory::open_root(temp_ / "d").value();
    ASSERT_EQ(code(platform::set_times(root, std::nullopt, stat("s").modified)), 0);
    EXPECT_EQ(run_lines(), (Lines{"*deleting   x/y/z", "*deleting   x/y/", "*deleting   x/", "*deleting   old",
                                  "*deleting   d/old"}));
    EXPECT_EQ(tree("d"), tree("s"));
    EXPECT_EQ(outcome_.progress->deleted.total(), 5U);
    // What deleting did to the times of the directories is put right again.
    EXPECT_EQ(stat("d/d").modified, (Timestamp{1'000'000'000, 0}));
    EXPECT_EQ(stat("d").modified, stat("s").modified);
}

TEST_F(SyncRun, MissingSourceDirectoryStopsDeletion)
{
    temp_.write("s/f", "");
    temp_.write("d/old", "kept");
    for (const auto moment : {DeleteMoment::Sure, DeleteMoment::During}) {
        job_.deletion.moment = moment;
        for (const char* missing : {"none/", "none/.", "none/x", "s/f/"}) {
            job_.sources = {temp_ / "s/", temp_ / missing};
            Recorder recorder;
            EXPECT_EQ(run(recorder), Ending::Partial) << missing;
            EXPECT_EQ(temp_.read("d/old"), "kept") << missing;
            EXPECT_EQ(std::ranges::count(recorder.lines, "notice "), 1) << missing;  // IO error encountered ...
        }
    }
    EXPECT_EQ(temp_.read("d/f"), "");
}

TEST_F(SyncRun, EmptySourceDeletesNothing)
{
    std::filesystem::create_directory(temp_ / "s");
    temp_.write("d/old", "kept");
    job_.deletion.moment = DeleteMoment::Sure;
    Recorder recorder;
    EXPECT_EQ(run(recorder), Ending::Partial);
    EXPECT_EQ(temp_.read("d/old"), "kept");
    job_.deletion.force = true;
    EXPECT_EQ(run(recorder), Ending::Complete);
    EXPECT_TRUE(tree("d").empty());
}

TEST_F(SyncRun, DryRunTellsButChangesNothing)
{
    make_small_tree();
    temp_.write("d/old/x", "");
    temp_.write("d/f", "other");
    set_time("d", "f", {1, 0});
    set_time(".", "d", {1, 0});
    const auto before = tree("d");
    job_.dry_run = true;
    job_.deletion.moment = DeleteMoment::Sure;
    EXPECT_EQ(run_lines(), (Lines{"*deleting   old/x", "*deleting   old/", ".d..t...... ./", ">f.st...... f",
                                  "cL+++++++++ l -> f", "cd+++++++++ d/", ">f+++++++++ d/g", "cd+++++++++ d/e/"}));
    EXPECT_EQ(tree("d"), before);
    EXPECT_EQ(stat("d").modified, (Timestamp{1, 0}));
    EXPECT_EQ(stat("d/f").modified, (Timestamp{1, 0}));
}

TEST_F(SyncRun, DryRunMakesNoDestination)
{
    make_small_tree();
    job_.dry_run = true;
    EXPECT_EQ(run_lines().size(), 6U);
    EXPECT_FALSE(std::filesystem::exists(temp_ / "d"));
}

TEST_F(SyncRun, ItemsOfAnotherTypeMakeWay)
{
    temp_.write("s/f", "x");
    temp_.write("s/d/q", "q");
    std::filesystem::create_symlink("f", temp_ / "s/l");
    std::filesystem::create_directories(temp_ / "d/f");
    temp_.write("d/d", "was a file");
    temp_.write("d/l", "was a file");
    std::filesystem::create_symlink(temp_ / "s", temp_ / "d/unrelated");
    static_cast<void>(run_lines());
    std::filesystem::remove(temp_ / "d/unrelated");
    EXPECT_EQ(tree("d"), tree("s"));
}

TEST_F(SyncRun, LinkInTheDestinationIsReplacedNotFollowed)
{
    const TempDirectory outside;
    outside.write("d/q", "outside");
    outside.write("f", "outside");
    temp_.write("s/d/q", "source");
    temp_.write("s/f", "source");
    std::filesystem::create_directory(temp_ / "d");
    std::filesystem::create_symlink(outside / "d", temp_ / "d/d");
    std::filesystem::create_symlink(outside / "f", temp_ / "d/f");
    static_cast<void>(run_lines());
    EXPECT_EQ(outside.read("d/q"), "outside");
    EXPECT_EQ(outside.read("f"), "outside");
    EXPECT_EQ(tree("d"), tree("s"));
}

class SyncRunInterrupted : public SyncRun, public testing::WithParamInterface<DeleteMoment> {};
// With Sure the tree is walked twice.
INSTANTIATE_TEST_SUITE_P(Moments, SyncRunInterrupted, testing::Values(DeleteMoment::Never, DeleteMoment::Sure));

TEST_P(SyncRunInterrupted, LeavesOnlyCompleteFiles)
{
    job_.deletion.moment = GetParam();
    const std::string new_content(400'000, 'n');
    for (int i = 0; i < 300; ++i) {
        temp_.write("s/" + std::to_string(i), new_content);
        temp_.write("d/" + std::to_string(i), "old");
    }
    job_.tick = std::chrono::hours(1);
    bool raised = false;
    SlowRecorder recorder([&] {
        if (std::exchange(raised, true)) return;
        ASSERT_EQ(::kill(::getpid(), SIGINT), 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(300));  // for the thread that waits for signals
    });
    EXPECT_EQ(run(recorder), Ending::Interrupted);

    const auto found = tree("d");
    EXPECT_EQ(found.size(), 300U);  // no temporary file among them
    const auto old = std::ranges::count_if(found, [](const auto& file) { return file.second == "old"; });
    const auto renewed = std::ranges::count_if(found, [&](const auto& file) { return file.second == new_content; });
    EXPECT_EQ(old + renewed, 300);
    EXPECT_GT(old, 0);
}

}  // namespace
}  // namespace arsync::sync
