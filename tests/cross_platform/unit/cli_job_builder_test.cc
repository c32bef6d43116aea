// Command lines to jobs and to what is shown. What is shown for which flags was found by running rsync 3.5.
#include "cli/job_builder.h"

#include <gtest/gtest.h>

#include "cli/parser.h"

namespace arsync::cli {
namespace {

Surroundings world()
{
    Surroundings surroundings;
    surroundings.is_directory = [](const std::string& path) { return path == "dir"; };
    surroundings.absolute_path = [](const std::string& path) { return path.starts_with('/') ? path : "/w/" + path; };
    surroundings.read_file = [](const std::string& path, const platform::PathPolicy&) -> Result<std::string> {
        if (path == "patterns") return "*.o\n";
        return fail(Operation::Open, std::errc::no_such_file_or_directory);
    };
    return surroundings;
}

std::expected<Plan, UsageError> planned(const std::vector<std::string>& arguments, bool terminal = false)
{
    const auto options = parse(arguments);
    if (!options) return std::unexpected(options.error());
    Surroundings surroundings = world();
    surroundings.output_is_terminal = terminal;
    return build(*options, surroundings);
}

sync::Job job(const std::vector<std::string>& arguments)
{
    const auto plan = planned(arguments);
    EXPECT_TRUE(plan.has_value()) << (plan ? "" : plan.error().message);
    return plan ? plan->job : sync::Job{};
}

std::string refusal(const std::vector<std::string>& arguments)
{
    const auto plan = planned(arguments);
    return plan ? "accepted" : plan.error().message;
}

report::Settings shown(std::vector<std::string> arguments, bool terminal = false)
{
    arguments.insert(arguments.end(), {"s", "d"});
    const auto plan = planned(arguments, terminal);
    EXPECT_TRUE(plan.has_value()) << (plan ? "" : plan.error().message);
    return plan ? plan->settings : report::Settings{};
}

TEST(JobBuilder, Operands)
{
    EXPECT_EQ(job({"-a", "x/", "y", "z"}).sources, (std::vector<std::string>{"x/", "y"}));
    EXPECT_EQ(job({"-a", "x/", "y", "z"}).destination, "z");
    EXPECT_EQ(job({"-a", "--source", "dir", "--destination=out"}).sources, (std::vector<std::string>{"dir/"}));
    EXPECT_EQ(job({"-a", "--source=dir/", "--destination=out"}).sources, (std::vector<std::string>{"dir/"}));
    EXPECT_EQ(job({"-a", "--source=file", "--destination=out"}).sources, (std::vector<std::string>{"file"}));
    EXPECT_EQ(job({"-a", "--source=file", "--destination=out"}).destination, "out");
    EXPECT_EQ(job({"./h:x", "/a:b"}).sources, (std::vector<std::string>{"./h:x"}));
}

TEST(JobBuilder, Policies)
{
    const sync::Job archive = job({"-aHAXSxn", "-uc", "--inplace", "--atomic", "-OJ", "s", "d"});
    EXPECT_TRUE(archive.selection.recurse && archive.dry_run && archive.selection.one_file_system == 1);
    EXPECT_TRUE(archive.comparison.checksum && archive.comparison.update);
    EXPECT_TRUE(archive.preservation.links && archive.preservation.mode && archive.preservation.times &&
                archive.preservation.user && archive.preservation.group && archive.preservation.devices &&
                archive.preservation.specials && archive.preservation.hard_links && archive.preservation.acls &&
                archive.preservation.xattrs);
    EXPECT_FALSE(archive.preservation.directory_times || archive.preservation.link_times);
    EXPECT_TRUE(archive.writing.inplace && archive.writing.sparse && archive.writing.always_atomic);
    const sync::Job other = job({"-rI", "--size-only", "--existing", "--ignore-existing", "--jobs=3",
                                 "--max-memory=64M", "--copy-method=kernel", "s", "d"});
    EXPECT_TRUE(other.comparison.ignore_times && other.comparison.size_only);
    EXPECT_TRUE(other.selection.existing_only && other.selection.ignore_existing);
    EXPECT_EQ(other.limits.workers, 3U);
    EXPECT_EQ(other.limits.memory, 64U * 1024 * 1024);
    EXPECT_EQ(other.writing.method, platform::CopyPreference::Kernel);
    EXPECT_TRUE(other.preservation.directory_times && other.preservation.link_times);
    EXPECT_FALSE(other.preservation.times);
}

TEST(JobBuilder, Deletion)
{
    using sync::DeleteMoment;
    EXPECT_EQ(job({"-r", "s", "d"}).deletion.moment, DeleteMoment::Never);
    EXPECT_EQ(job({"-r", "--delete", "s", "d"}).deletion.moment, DeleteMoment::Sure);
    EXPECT_EQ(job({"-r", "--delete-excluded", "s", "d"}).deletion.moment, DeleteMoment::Sure);
    EXPECT_EQ(job({"-r", "--del", "s", "d"}).deletion.moment, DeleteMoment::During);
    EXPECT_EQ(job({"-r", "--delete-during", "--delete", "s", "d"}).deletion.moment, DeleteMoment::During);
    const sync::Deletion deletion =
        job({"-r", "--delete", "--max-delete=3", "--ignore-errors", "--force", "s", "d"}).deletion;
    EXPECT_EQ(deletion.limit, 3U);
    EXPECT_TRUE(deletion.ignore_errors && deletion.force);
    EXPECT_EQ(refusal({"--delete", "s", "d"}), "--delete does not work without --recursive (-r) or --dirs (-d).");
}

TEST(JobBuilder, Filters)
{
    using rules::Side;
    using rules::Verdict;
    EXPECT_TRUE(job({"-r", "s", "d"}).selection.filters->empty());
    const auto filters = job({"-r", "--include=b.o", "--exclude-from=patterns", "s", "d"}).selection.filters;
    EXPECT_EQ(filters->check("s/a.o", false, Side::Sender), Verdict::Exclude);
    EXPECT_EQ(filters->check("s/b.o", false, Side::Sender), Verdict::Include);
    EXPECT_EQ(filters->check("s/c", false, Side::Sender), Verdict::NoMatch);
    // -C comes last, even if it is given first.
    const auto cvs = job({"-rC", "--include=*.o", "s", "d"}).selection.filters;
    EXPECT_EQ(cvs->check("s/a.o", false, Side::Sender), Verdict::Include);
    EXPECT_EQ(cvs->check("s/a.a", false, Side::Sender), Verdict::Exclude);
    // Rules with '/' see the absolute path: of the parent for "s", of the directory for "s/".
    EXPECT_EQ(job({"-r", "-f-/ /w/s/x", "s", "d"}).selection.filters->check("s/x", false, Side::Sender),
              Verdict::Exclude);
    EXPECT_EQ(job({"-r", "-f-/ /w/s/x", "s/", "d"}).selection.filters->check("x", false, Side::Sender),
              Verdict::Exclude);
    const auto missing = planned({"-r", "--exclude-from=nope", "s", "d"});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, report::ExitCode::FileIo);
    const auto syntax = planned({"-r", "-f", "zz foo", "s", "d"});
    ASSERT_FALSE(syntax);
    EXPECT_EQ(syntax.error().message, "Unknown filter rule: zz foo");
    EXPECT_EQ(syntax.error().code, report::ExitCode::Usage);
}

TEST(JobBuilder, Refusals)
{
    EXPECT_EQ(refusal({"-ab", "--suffix=", "s", "d"}), "--suffix cannot be empty without a --backup-dir");
    EXPECT_EQ(refusal({"-a", "--suffix=a/b", "s", "d"}), "--suffix cannot contain slashes: a/b");
    EXPECT_EQ(refusal({"-a", "--delete-before", "--delete-after", "s", "d"}),
              "You may not combine multiple --delete-WHEN options.");
    EXPECT_EQ(refusal({"-a", "h:x", "d"}),
              "\"h:x\" is on another host, which is not supported yet (./h:x is a local name)");
    EXPECT_TRUE(refusal({"s", "rsync://h/m"}).starts_with("\"rsync://h/m\" is on another host"));
    EXPECT_TRUE(refusal({"s", "h::m"}).starts_with("\"h::m\" is on another host"));
    EXPECT_EQ(refusal({"-R", "a/../s", "d"}), "found \"..\" dir in relative path: a/../s");
    EXPECT_EQ(refusal({"--files-from=f", "s"}), "--files-from needs exactly one source and a destination");
    EXPECT_EQ(refusal({"", "d"}), "Empty source arg specified.");
    EXPECT_TRUE(refusal({"s", ""}).starts_with("Empty destination arg specified"));
    EXPECT_EQ(refusal({"--source=s"}), "--source needs --destination");
    EXPECT_EQ(refusal({"--destination=d"}), "--destination needs --source");
    EXPECT_TRUE(refusal({"--source=s", "--destination=d", "x"}).starts_with("\"x\": with --source"));
    EXPECT_EQ(refusal({"--copy-method=x", "s", "d"}),
              "--copy-method \"x\" is not one of auto, clone, kernel, readwrite");
    EXPECT_EQ(refusal({"--jobs=0", "s", "d"}), "--jobs=0: not a number from 1 to 1024");
}

TEST(Shown, Verbosity)
{
    const report::Settings silent = shown({"-a"});
    EXPECT_TRUE(silent.names == 0 && !silent.header && !silent.summary && !silent.deletions && silent.non_regular);
    const report::Settings verbose = shown({"-av"});
    EXPECT_TRUE(verbose.names == 1 && verbose.header && verbose.summary && verbose.deletions &&
                verbose.created_destination && !verbose.skips && !verbose.stats);
    EXPECT_FALSE(shown({"-v"}).header) << "only with -r";
    const report::Settings very = shown({"-avv"});
    EXPECT_TRUE(very.names == 2 && very.skips && very.delta_notes);
    const report::Settings quiet = shown({"-avvi", "-q", "--stats", "--progress", "--info=name"});
    EXPECT_TRUE(quiet.quiet && quiet.names == 0 && quiet.itemize == 0 && !quiet.header && !quiet.summary &&
                !quiet.stats && !quiet.file_progress && !quiet.deletions && !quiet.delta_notes);
}

TEST(Shown, Itemize)
{
    const report::Settings itemize = shown({"-ai"});
    EXPECT_TRUE(itemize.itemize == 1 && itemize.names == 0 && !itemize.header && !itemize.summary &&
                itemize.deletions && itemize.created_destination);
}

TEST(Shown, ProgressAndStatistics)
{
    const report::Settings progress = shown({"-a", "--progress"});
    EXPECT_TRUE(progress.file_progress && progress.names == 1 && progress.header && progress.deletions &&
                progress.created_destination && !progress.summary);
    const report::Settings total = shown({"-a", "--info=progress2"});
    EXPECT_TRUE(total.total_progress && !total.file_progress && total.names == 0 && !total.header);
    const report::Settings stats = shown({"-a", "--stats"});
    EXPECT_TRUE(stats.stats && stats.summary && stats.names == 0 && !stats.header && !stats.method);
    EXPECT_TRUE(shown({"-avv", "--stats"}).method);
    EXPECT_FALSE(shown({"-a", "--progress", "--no-progress"}).file_progress);
}

TEST(Shown, InfoBeatsTheOthersWhereverItStands)
{
    EXPECT_EQ(shown({"-a", "--info=name0", "-v"}).names, 0U);
    EXPECT_EQ(shown({"-a", "--info=name", "--no-v"}).names, 1U);
    EXPECT_FALSE(shown({"-av", "--info=flist0"}).header);
    EXPECT_FALSE(shown({"-av", "--info=stats0"}).summary);
    EXPECT_FALSE(shown({"-a", "--info=stats0", "--stats"}).stats);
    EXPECT_FALSE(shown({"-a", "--info=stats", "--stats"}).stats);
    EXPECT_TRUE(shown({"-a", "--info=stats", "--stats"}).summary);
    EXPECT_FALSE(shown({"-a", "--info=progress0", "--progress"}).file_progress);
    EXPECT_TRUE(shown({"-a", "--progress", "--info=progress2"}).total_progress);
    EXPECT_TRUE(shown({"-av", "--info=progress2", "--no-progress"}).total_progress);
    EXPECT_EQ(shown({"-a", "--info=NaMe2"}).names, 2U);
    EXPECT_GE(shown({"-a", "--info=name12"}).names, 2U);
    const report::Settings none = shown({"-av", "--info=none"});
    EXPECT_TRUE(none.names == 0 && !none.header && !none.summary && !none.non_regular && !none.deletions);
    EXPECT_EQ(shown({"-a", "--info=none,name"}).names, 1U);
    EXPECT_TRUE(shown({"-a", "--info=del"}).deletions);
    EXPECT_TRUE(shown({"-av", "--info=del0"}).deletions) << "names are told, so are deletions";
    EXPECT_FALSE(shown({"-r", "--info=nonreg0"}).non_regular);
    EXPECT_TRUE(shown({"-a", "--info=skip"}).skips);
    EXPECT_EQ(shown({"-a", "--info=name,,del,"}).names, 1U);
}

TEST(Shown, Numbers)
{
    EXPECT_EQ(shown({"--no-h"}).numbers, report::NumberStyle::Plain);
    EXPECT_EQ(shown({}).numbers, report::NumberStyle::Grouped);
    EXPECT_EQ(shown({"-h"}).numbers, report::NumberStyle::Decimal);
    EXPECT_EQ(shown({"-hh"}).numbers, report::NumberStyle::Binary);
    EXPECT_EQ(shown({"-hhh"}).numbers, report::NumberStyle::Binary);
}

TEST(Shown, LiveLine)
{
    EXPECT_FALSE(shown({"-a"}).live);
    EXPECT_TRUE(shown({"-a"}, true).live);
    EXPECT_TRUE(shown({"-av"}, true).live);
    EXPECT_FALSE(shown({"-aq"}, true).live);
    EXPECT_FALSE(shown({"-a", "--info=progress2"}, true).live);
}

TEST(JobBuilder, PartialKeepsWhatWasCopied)
{
    EXPECT_FALSE(job({"-a", "s", "d"}).writing.keep_partial);
    EXPECT_TRUE(job({"-aP", "s", "d"}).writing.keep_partial);
    EXPECT_FALSE(job({"-aP", "--no-partial", "s", "d"}).writing.keep_partial);
}

}  // namespace
}  // namespace arsync::cli
