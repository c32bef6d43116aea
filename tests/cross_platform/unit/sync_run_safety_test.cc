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

/// Presses Ctrl-C when the copying of a large file is under way.
class Interrupter : public Recorder {
public:
    void started(const Progress& progress) override { progress_ = &progress; }
    void tick() override
    {
        if (raised || progress_ == nullptr || progress_->bytes_copied < (1U << 20)) return;
        raised = ::kill(::getpid(), SIGINT) == 0;
    }

    bool raised = false;

private:
    const Progress* progress_ = nullptr;
};

class SyncRunInterrupted : public SyncRun, public testing::WithParamInterface<DeleteMoment> {};
// With Sure the tree is walked twice.
INSTANTIATE_TEST_SUITE_P(Moments, SyncRunInterrupted, testing::Values(DeleteMoment::Never, DeleteMoment::Sure));

TEST_P(SyncRunInterrupted, KeepsOldFilesAndLeavesNoTemporaryOnes)
{
    const std::string large(std::size_t{128} << 20, 'n');
    temp_.write("s/large", large);
    temp_.write("d/large", "old");
    job_.deletion.moment = GetParam();
    job_.writing.method = platform::CopyPreference::ReadWrite;
    job_.limits.workers = 1;
    job_.tick = std::chrono::milliseconds(1);
    Interrupter interrupter;
    EXPECT_EQ(run(interrupter), Ending::Interrupted);
    EXPECT_TRUE(interrupter.raised);
    EXPECT_LT(outcome_.progress->bytes_copied, large.size());
    EXPECT_EQ(tree("d"), (std::map<std::string, std::string>{{"large", "old"}}));
}

}  // namespace
}  // namespace arsync::sync
