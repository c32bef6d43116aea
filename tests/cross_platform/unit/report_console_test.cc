// Expectations: what rsync 3.5 printed for the same events; see the comments. Only numbers of a wire differ.
#include "report/console_report.h"

#include <gtest/gtest.h>

#include <regex>

#include "report/exit_code.h"

namespace arsync::report {
namespace {

using platform::FileType;
using platform::Stream;
using sync::Change;
using sync::NoticeKind;
using sync::Update;

/// Without the place in the source and the version, which change.
std::string without_place(const std::string& text)
{
    return std::regex_replace(text, std::regex(R"( at [\w.]+\(\d+\) \[arsync=[\d.]+\])"), " at PLACE");
}

class Console : public testing::Test {
protected:
    ConsoleReport make(const Settings& settings)
    {
        return ConsoleReport(
            settings,
            [this](Stream stream, std::string_view bytes) -> Status {
                if (stream == Stream::Output && refusal_ != 0) return fail(Operation::Write, refusal_);
                (stream == Stream::Output ? out_ : err_) += bytes;
                return {};
            },
            [this] { return now_; });
    }

    static sync::Item item(Update update, std::string_view path, FileType type = FileType::Regular)
    {
        sync::Item made;
        made.update = update;
        made.path = made.target_path = path;
        made.metadata.type = type;
        if (update != Update::None) made.changes.add(Change::Created);
        return made;
    }

    sync::Outcome outcome(sync::Ending ending = sync::Ending::Complete)
    {
        sync::Outcome made;
        made.ending = ending;
        made.progress = progress_;
        made.elapsed_nanoseconds = 500'000'000;
        return made;
    }

    void pass(std::chrono::milliseconds time) { now_ += time; }

    std::string out_;
    std::string err_;
    int refusal_ = 0;
    ConsoleReport::Clock::time_point now_{std::chrono::hours(1)};
    std::shared_ptr<sync::Progress> progress_ = std::make_shared<sync::Progress>();
};

TEST_F(Console, VerboseFrame)
{
    // rsync -av s/ d/
    ConsoleReport report =
        make({.names = 1, .format = "%n%L", .header = true, .summary = true, .created_destination = true});
    progress_->bytes_found = 3'000'016;
    progress_->bytes_copied = 3'000'000;
    progress_->name_bytes = 100;
    progress_->done = 5;
    report.started(*progress_);
    report.notice({NoticeKind::CreatedDestination, "d/"});
    report.item(item(Update::LocalChange, ".", FileType::Directory));
    report.item(item(Update::Transfer, "a"));
    report.finish(outcome());
    EXPECT_EQ(out_,
              "sending incremental file list\n"
              "created directory d\n"
              "./\n"
              "a\n"
              "\n"
              "sent 3,000,100 bytes  received 5 bytes  6,000,210.00 bytes/sec\n"
              "total size is 3,000,016  speedup is 1.00\n");
    EXPECT_EQ(err_, "");
}

TEST_F(Console, VeryVerbose)
{
    // rsync -avv s/ d/, some names up to date, one with only another mode
    ConsoleReport report =
        make({.names = 2, .format = "%n%L", .header = true, .delta_notes = true, .delta_total = true});
    progress_->bytes_copied = 3'000'013;
    report.started(*progress_);
    report.item(item(Update::None, ".", FileType::Directory));
    report.item(item(Update::None, "a"));
    sync::Item mode_only = item(Update::None, "ln", FileType::Symlink);
    mode_only.link_target = "foo";
    mode_only.changes.add(Change::Time);
    report.item(mode_only);
    report.finish(outcome());
    EXPECT_EQ(out_,
              "sending incremental file list\n"
              "delta-transmission disabled for local transfer or --whole-file\n"
              "a is uptodate\n"
              "ln\n"
              "total: matches=0  hash_hits=0  false_alarms=0 data=3000013\n");
}

TEST_F(Console, ItemizedWithDeletions)
{
    // rsync -ai --delete
    ConsoleReport report = make({.itemize = 1, .format = "%i %n%L", .deletions = true});
    report.started(*progress_);
    report.deleted("xd/y", FileType::Directory);
    report.deleted("extra", FileType::Regular);
    report.item(item(Update::None, "same"));
    report.item(item(Update::Transfer, "a"));
    report.finish(outcome());
    EXPECT_EQ(out_, "*deleting   xd/y/\n*deleting   extra\n>f+++++++++ a\n");
}

TEST_F(Console, Notices)
{
    ConsoleReport report = make({.names = 1, .format = "%n%L", .skips = true, .deletions = true});
    report.started(*progress_);
    report.deleted("xd", FileType::Directory);
    report.notice({NoticeKind::SkippedNonRegular, "s/ln", FileType::Symlink});
    report.notice({NoticeKind::SkippedDirectory, "."});
    report.notice({NoticeKind::Exists, "a"});
    report.notice({NoticeKind::Newer, "b"});
    report.notice({NoticeKind::NotCreated, "ln", FileType::Symlink});
    report.notice({NoticeKind::NotCreated, "sub", FileType::Directory});
    report.notice({NoticeKind::DirectoryNotEmpty, "x", FileType::Directory});
    report.notice({NoticeKind::DeletionSkipped, ""});
    report.notice({NoticeKind::DeletionLimit, "", FileType::Unknown, 2});
    report.finish(outcome(sync::Ending::DeletionLimited));
    EXPECT_EQ(out_,
              "deleting xd/\n"
              "skipping non-regular file \"s/ln\"\n"
              "skipping directory .\n"
              "a exists\n"
              "b is newer\n"
              "not creating new file \"ln\"\n"
              "not creating new directory \"sub\"\n"
              "cannot delete non-empty directory: x\n"
              "IO error encountered -- skipping file deletion\n");
    EXPECT_EQ(without_place(err_),
              "Deletions stopped due to --max-delete limit (2 skipped)\n"
              "rsync error: the --max-delete limit stopped deletions (code 25) at PLACE\n");
}

TEST_F(Console, QuietTellsOnlyErrors)
{
    ConsoleReport report = make({.quiet = true});
    report.started(*progress_);
    report.notice({NoticeKind::SkippedDirectory, "s"});
    report.notice({NoticeKind::SkippedNonRegular, "ln"});
    report.failure({"cannot open \"/x/a\nb\": Permission denied (13)"});
    report.finish(outcome(sync::Ending::Partial));
    EXPECT_EQ(out_, "");
    EXPECT_EQ(without_place(err_),
              "arsync: cannot open \"/x/a\\#012b\": Permission denied (13)\n"
              "rsync error: some files/attrs were not transferred (see previous errors) (code 23) at PLACE\n");
}

TEST_F(Console, Statistics)
{
    // rsync -a --stats s/ d/
    progress_->found.regular = 8;
    progress_->found.directories = 3;
    progress_->found.links = 1;
    progress_->found.specials = 1;
    progress_->created.regular = 8;
    progress_->created.directories = 3;
    progress_->files_copied = 8;
    progress_->bytes_found = 3'000'016;
    progress_->bytes_to_copy = 3'000'013;
    progress_->bytes_copied = 3'000'013;
    progress_->name_bytes = 1'336;
    progress_->done = 189;
    ConsoleReport report = make({.summary = true, .stats = true});
    report.started(*progress_);
    sync::Outcome end = outcome();
    end.list_nanoseconds = 1'200'000;
    report.finish(end);
    EXPECT_EQ(out_,
              "\n"
              "Number of files: 13 (reg: 8, dir: 3, link: 1, special: 1)\n"
              "Number of created files: 11 (reg: 8, dir: 3)\n"
              "Number of deleted files: 0\n"
              "Number of regular files transferred: 8\n"
              "Total file size: 3,000,016 bytes\n"
              "Total transferred file size: 3,000,013 bytes\n"
              "Literal data: 3,000,013 bytes\n"
              "Matched data: 0 bytes\n"
              "File list size: 0\n"
              "File list generation time: 0.001 seconds\n"
              "File list transfer time: 0.000 seconds\n"
              "Total bytes sent: 3,001,349\n"
              "Total bytes received: 189\n"
              "\n"
              "sent 3,001,349 bytes  received 189 bytes  6,003,076.00 bytes/sec\n"
              "total size is 3,000,016  speedup is 1.00\n");
}

TEST_F(Console, MethodsOfCopying)
{
    progress_->by_method[static_cast<std::size_t>(platform::CopyMethod::Clone)] = 12;
    progress_->by_method[static_cast<std::size_t>(platform::CopyMethod::ReadWrite)] = 1034;
    ConsoleReport report = make({.method = true});
    report.started(*progress_);
    report.finish(outcome());
    // copy_file_range(2) on Linux, fcopyfile(3) on macOS.
    EXPECT_EQ(out_, "Copied by: clone 12, " + std::string(platform::kernel_copy_name()) + " 0, read/write 1,034\n");
}

TEST_F(Console, DryRunIsMarked)
{
    ConsoleReport report = make({.summary = true, .dry_run = true});
    report.started(*progress_);
    report.finish(outcome());
    EXPECT_EQ(out_, "\nsent 0 bytes  received 0 bytes  0.00 bytes/sec\ntotal size is 0  speedup is 0.00 (DRY RUN)\n");
}

TEST_F(Console, FileProgress)
{
    // rsync -av --progress: the counter runs over all names, told or not
    ConsoleReport report = make({.names = 1, .format = "%n%L", .file_progress = true});
    EXPECT_TRUE(report.wants_unchanged());
    progress_->found.regular = 12;
    progress_->found.directories = 1;
    progress_->walk_complete = true;
    report.started(*progress_);
    report.item(item(Update::None, ".", FileType::Directory));
    report.item(item(Update::Transfer, "a"));
    report.item(item(Update::None, "b"));
    report.item(item(Update::Transfer, "c"));
    report.finish(outcome());
    EXPECT_EQ(out_,
              "a\n\r              0 100%    0.00kB/s    0:00:00 (xfr#1, to-chk=11/13)\n"
              "c\n\r              0 100%    0.00kB/s    0:00:00 (xfr#2, to-chk=9/13)\n");
}

TEST_F(Console, TotalProgressIntoAPipe)
{
    // rsync -a --info=progress2: one line rewritten, padded where it gets shorter
    ConsoleReport report = make({.total_progress = true});
    progress_->found.regular = 13;
    progress_->walk_complete = true;
    progress_->done = 3;
    progress_->bytes_found = 3'000'016;
    report.started(*progress_);
    report.tick();
    progress_->done = 4;
    pass(std::chrono::milliseconds(500));
    report.tick();
    pass(std::chrono::milliseconds(500));
    report.finish(outcome());
    EXPECT_EQ(out_,
              "\r              0   0%    0.00kB/s   ??:??:?? (xfr#0, to-chk=10/13)"
              "\r              0   0%    0.00kB/s    0:00:01 (xfr#0, to-chk=9/13) \n");
}

TEST_F(Console, LiveLineStaysBelowOtherOutput)
{
    ConsoleReport report = make({.names = 1, .format = "%n%L", .terminal = true, .live = true});
    progress_->found.regular = 2;
    report.started(*progress_);
    report.item(item(Update::Transfer, "a"));
    report.tick();
    EXPECT_EQ(out_, "a\n") << "nothing in the first half second";
    pass(std::chrono::milliseconds(600));
    out_.clear();
    report.tick();
    EXPECT_EQ(out_, "\r0 done, 2 found so far, 0 B, 0:00:00\033[K");
    out_.clear();
    report.tick();
    EXPECT_EQ(out_, "") << "not more than ten times a second";
    report.item(item(Update::Transfer, "b"));
    report.tick();
    EXPECT_EQ(out_, "\r\033[Kb\n0 done, 2 found so far, 0 B, 0:00:00");
    out_.clear();
    report.failure({"cannot open \"/a\": Permission denied (13)"});
    EXPECT_EQ(out_, "\r\033[K");
    EXPECT_EQ(err_, "arsync: cannot open \"/a\": Permission denied (13)\n");
    out_.clear();
    pass(std::chrono::milliseconds(100));
    report.tick();
    EXPECT_EQ(out_, "\r0 done, 2 found so far, 0 B, 0:00:00\033[K");
    out_.clear();
    report.finish(outcome());
    EXPECT_EQ(out_, "\r\033[K");
}

TEST_F(Console, RunsThatNeverBegan)
{
    ConsoleReport report = make({.names = 1,
                                 .format = "%n%L",
                                 .header = true,
                                 .summary = true,
                                 .stats = true,
                                 .delta_notes = true,
                                 .delta_total = true});
    sync::Outcome end = outcome(sync::Ending::DestinationFailed);
    end.message = "cannot make directory \"/proc/xx\": No such file or directory (2)";
    report.finish(end);
    EXPECT_EQ(out_, "sending incremental file list\n");
    EXPECT_EQ(without_place(err_),
              "arsync: cannot make directory \"/proc/xx\": No such file or directory (2)\n"
              "rsync error: error in file IO (code 11) at PLACE\n");
}

TEST_F(Console, WriteErrorIsRemembered)
{
    ConsoleReport report = make({.names = 1, .format = "%n%L"});
    report.started(*progress_);
    refusal_ = static_cast<int>(std::errc::broken_pipe);
    report.item(item(Update::Transfer, "a"));
    report.tick();
    refusal_ = 0;
    report.item(item(Update::Transfer, "b"));
    report.finish(outcome());
    EXPECT_EQ(out_, "") << "nothing after a gap";
    ASSERT_TRUE(report.write_error().has_value());
    EXPECT_TRUE(report.write_error()->is(std::errc::broken_pipe));
}

TEST(ExitCodes, TextsAreRsyncs)
{
    using sync::Ending;
    EXPECT_EQ(without_place(closing_error(exit_code(Ending::Interrupted))),
              "rsync error: received SIGINT, SIGTERM, or SIGHUP (code 20) at PLACE");
    EXPECT_EQ(without_place(closing_error(exit_code(Ending::BadSelection))),
              "rsync error: errors selecting input/output files, dirs (code 3) at PLACE");
    EXPECT_EQ(without_place(closing_error(exit_code(Ending::RuleError))),
              "rsync error: syntax or usage error (code 1) at PLACE");
    EXPECT_EQ(without_place(closing_error(exit_code(Ending::Vanished))),
              "rsync warning: some files vanished before they could be transferred (code 24) at PLACE");
}

}  // namespace
}  // namespace arsync::report
