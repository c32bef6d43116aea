#include "report/console_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/exit_code.h"
#include "report/item_line.h"
#include "report/listing.h"
#include "report/live_line.h"
#include "report/numbers.h"
#include "report/stats.h"

namespace arsync::report {

namespace {

using sync::NoticeKind;

constexpr auto kLiveDelay = std::chrono::milliseconds(500);    // shorter runs show nothing
constexpr auto kLiveInterval = std::chrono::milliseconds(90);  // a little less than the tick, which is not exact
constexpr auto kPlainInterval = std::chrono::seconds(1);       // of progress lines into a pipe or file
constexpr unsigned kUsualWidth = 80;

LineFacts line_facts(const Settings& settings)
{
    return {.owners = settings.owners,
            .groups = settings.groups,
            .flags_column = settings.flags_column,
            .dry_run = settings.dry_run,
            .digest = settings.digest,
            .digest_of_all = settings.digest_of_all,
            .from_batch = settings.from_batch};
}

}  // namespace

ConsoleReport::ConsoleReport(const Settings& settings, Sink sink, std::function<Clock::time_point()> now)
    : settings_(settings),
      format_(settings.format.value_or(""), line_facts(settings)),
      log_format_(settings.log_format.value_or(""), line_facts(settings)),
      output_(std::move(sink), settings.buffering == Buffering::Line, settings.all_to_error),
      now_(std::move(now)),
      start_(now_())
{
}

bool ConsoleReport::wants_items() const
{
    return settings_.format || settings_.log_format || settings_.file_progress;
}

bool ConsoleReport::wants_second_attempts() const
{
    return settings_.second_attempts;
}

bool ConsoleReport::wants_long_names() const
{
    return format_.tells_long_names() || log_format_.tells_long_names();
}

bool ConsoleReport::wants_unchanged() const
{
    // to-chk counts names in the order in which they are told, so all of them have to come by.
    return settings_.names > 1 || settings_.itemize > 1 || settings_.file_progress;
}

void ConsoleReport::print(std::string_view text)
{
    if (!settings_.quiet) output_.print(text);
}

void ConsoleReport::print_line(std::string_view text)
{
    print(fmt::format("{}\n", text));
}

void ConsoleReport::tell_line(std::string_view text)
{
    print_line(text);
    log_line(text);
}

void ConsoleReport::log_line(std::string_view text)
{
    if (log_) log_->add(text);
}

void ConsoleReport::tell_error(std::string_view text)
{
    output_.print_error(fmt::format("{}\n", text));
    log_line(text);
    if (log_) log_->flush();
}

void ConsoleReport::print_header()
{
    if (header_printed_) return;
    header_printed_ = true;
    log_line(settings_.from_batch ? "receiving file list" : "building file list");
    if (!settings_.header) return;
    if (settings_.from_batch)
        print_line(settings_.full_list ? "receiving file list ... done" : "receiving incremental file list");
    else
        print_line(settings_.full_list ? "building file list ... done" : "sending incremental file list");
}

/// What rsync says after the destination was made and before anything else.
void ConsoleReport::begin_work()
{
    print_header();
    if (work_begun_) return;
    work_begun_ = true;
    if (settings_.delta_notes)
        tell_line(settings_.whole_file ? "delta-transmission disabled for local transfer or --whole-file"
                                       : "delta-transmission enabled");
}

void ConsoleReport::started(const sync::Progress& progress)
{
    progress_ = &progress;
    update_rates();  // the first sample, so that a speed is known at once
    print_header();
}

void ConsoleReport::item(const sync::Item& item)
{
    begin_work();
    ++names_told_;
    const bool transfer = item.update == sync::Update::Transfer;
    if (transfer) ++files_told_;
    const bool progress = transfer && settings_.file_progress && !settings_.quiet;
    // What is known only after the transfer comes after its progress; a name goes before it.
    const bool late = progress && format_.tells_transfer();
    if (late) print_line(shown_name(item.path, item.metadata.type, settings_.eight_bit));
    if (progress && late) print_file_progress(item);
    tell_item(item);
    if (progress && !late) print_file_progress(item);
}

/// The line of --out-format (or of -v or -i) and that of --log-file-format. The log file has what was updated; all
/// else that was different only if -i (or %i in the format) asks for it, like the terminal.
void ConsoleReport::tell_item(const sync::Item& item)
{
    const bool named = is_named(item);
    const bool changed = is_changed(item);
    const bool itemizes = settings_.format && format_.tells_changes();
    const bool all = itemizes && (settings_.itemize > 1 || settings_.names > 1);
    const auto name = [&] { return shown_name(item.target_path, item.metadata.type, settings_.eight_bit); };
    if (!itemizes && settings_.names > 1 && is_exact_copy(item)) tell_line(name() + " is uptodate");
    if (settings_.format && (named || (itemizes && changed) || all))
        print_line(escape(format_.item(item), settings_.eight_bit));
    if (log_ && !settings_.log_format->empty() &&
        (named || (itemizes && changed) || (all && log_format_.tells_changes())))
        log_line(escape(log_format_.item(item), settings_.eight_bit));
    const bool linked_before = item.update == sync::Update::HardLink && item.in_place;
    if (itemizes || (named && !linked_before) || settings_.names < 2 ||
        (item.metadata.type == platform::FileType::Directory && !item.as_before))
        return;
    tell_line(is_updated(item) && !linked_before ? name() : name() + " is uptodate");
}

void ConsoleReport::print_file_progress(const sync::Item& item)
{
    if (settings_.dry_run || !progress_) return;
    update_rates();
    // Items come when they are done, so a file's own speed is not known: the run's speed has to do.
    ProgressLine line;
    line.bytes = item.metadata.size;
    line.total = item.metadata.size;
    line.rate = copy_rate_.rate();
    line.seconds = time_left(item.metadata.size, line.rate).value_or(0);
    line.finished = true;
    line.transferred = files_told_;
    line.list_complete = progress_->walk_complete.load();
    line.known = progress_->found.total();
    line.left = line.known - std::min(line.known, names_told_);
    print("\r" + format_progress(line, settings_.numbers) + "\n");
}

void ConsoleReport::deleted(std::string_view path, platform::FileType type)
{
    begin_work();
    const auto text = [&](const LineFormat& format) {
        return format.tells_deletions() ? escape(format.deletion(path, type), settings_.eight_bit)
                                        : "deleting " + shown_name(path, type, settings_.eight_bit);
    };
    if (settings_.deletions) print_line(text(format_));
    log_line(text(log_format_));
}

void ConsoleReport::notice(const sync::Notice& notice)
{
    const std::string name = escape(notice.path, settings_.eight_bit);
    if (notice.kind == NoticeKind::CreatedDestination) {
        print_header();
        if (settings_.created_destination) {
            const std::size_t last = name.find_last_not_of('/');
            const std::string shown = last == std::string::npos ? name : name.substr(0, last + 1);
            // --mkpath counts what it made.
            tell_line(notice.count == 0 ? "created directory " + shown
                                        : fmt::format("created {} director{} for {}", notice.count,
                                                      notice.count == 1 ? "y" : "ies", shown));
        }
        return;
    }
    begin_work();
    const auto tell = [&](bool wanted, const std::string& text) {
        if (wanted) tell_line(text);
    };
    const bool directory = notice.type == platform::FileType::Directory;
    const auto link = [&] {
        return fmt::format("symlink \"{}\" -> \"{}\"", name, escape(notice.text, settings_.eight_bit));
    };
    switch (notice.kind) {
        case NoticeKind::SkippedNonRegular:
            return tell(settings_.non_regular, fmt::format("skipping non-regular file \"{}\"", name));
        case NoticeKind::SkippedDirectory: return tell(true, "skipping directory " + name);
        case NoticeKind::UnsafeCopied: return tell(settings_.unsafe_copied, "copying unsafe " + link());
        case NoticeKind::UnsafeNotKept: return tell(settings_.unsafe_copied, "not backing up unsafe " + link());
        case NoticeKind::UnsafeIgnored:  // rsync tells it along with names
            return tell(settings_.names > 0, "ignoring unsafe " + link());
        case NoticeKind::Exists: return tell(settings_.skips, name + " exists");
        case NoticeKind::Newer: return tell(settings_.skips, name + " is newer");
        case NoticeKind::NotCreated:
            return tell(settings_.skips,
                        fmt::format("not creating new {} \"{}\"", directory ? "directory" : "file", name));
        case NoticeKind::TooLarge: return tell(settings_.skips, name + " is over max-size");
        case NoticeKind::TooSmall: return tell(settings_.skips, name + " is under min-size");
        case NoticeKind::BackedUp:
            return tell(settings_.backups,
                        fmt::format("backed up {} to {}", name, escape(notice.text, settings_.eight_bit)));
        case NoticeKind::BackupDirectory:
            return tell(settings_.backups, fmt::format("{}backup_dir is {}", notice.count == 0 ? "(new) " : "", name));
        case NoticeKind::SourceRemoved: return tell(settings_.removals, "sender removed " + name);
        case NoticeKind::SecondWay: return tell(true, "skipping second way to the same files: " + name);
        case NoticeKind::MountPointKept: return tell(true, "cannot delete mount point: " + name);
        case NoticeKind::DirectoryNotEmpty: return tell(true, "cannot delete non-empty directory: " + name);
        case NoticeKind::DeletionSkipped: return tell(true, "IO error encountered -- skipping file deletion");
        case NoticeKind::NotInBatch: return tell_error(fmt::format("(No batched update for \"{}\")", name));
        case NoticeKind::NotFromBatch: return tell(true, fmt::format("(Skipping batched update for \"{}\")", name));
        case NoticeKind::DeletionLimit:
            return tell_error(fmt::format("Deletions stopped due to --max-delete limit ({} skipped)",
                                          format_count(notice.count, NumberStyle::Plain)));
        case NoticeKind::RuleHides: return tell_rule("[sender] hiding", notice);
        case NoticeKind::RuleShows: return tell_rule("[sender] showing", notice);
        case NoticeKind::RuleProtects: return tell_rule("[generator] protecting", notice);
        case NoticeKind::RuleRisks: return tell_rule("[generator] risking", notice);
        case NoticeKind::UpToDate:  // told by the item itself
        case NoticeKind::CreatedDestination: return;
    }
}

void ConsoleReport::tell_rule(std::string_view what, const sync::Notice& notice)
{
    const bool directory = notice.type == platform::FileType::Directory;
    tell_line(fmt::format("{} {} {} because of pattern {}", what, directory ? "directory" : "file",
                          escape(notice.path, settings_.eight_bit), escape(notice.text, settings_.eight_bit)));
}

void ConsoleReport::failure(const sync::Failure& failure)
{
    tell_error("arsync: " + escape(failure.message, settings_.eight_bit));
}

void ConsoleReport::listed(const sync::Listed& listed)
{
    begin_work();
    ++names_told_;
    if (!settings_.quiet) print_line(listing_line(listed, settings_));
}

double ConsoleReport::elapsed() const
{
    return std::chrono::duration<double>(now_() - start_).count();
}

void ConsoleReport::update_rates()
{
    copy_rate_.add(elapsed(), progress_->bytes_copied.load());
    done_rate_.add(elapsed(), snapshot(*progress_).bytes_done);
}

std::string ConsoleReport::total_progress_line(bool last) const
{
    const LiveState state = snapshot(*progress_);
    ProgressLine line;
    // Like rsync's: what was copied, out of everything there is. The time left goes by what needs no copy as well.
    line.bytes = settings_.dry_run ? progress_->bytes_to_copy.load() : state.bytes_copied;
    line.total = std::max<std::uint64_t>(state.bytes_found, 1);
    const double average = elapsed() > 0 ? static_cast<double>(state.bytes_copied) / elapsed() : 0;
    line.rate = last ? average : copy_rate_.rate();
    line.seconds =
        last ? static_cast<std::uint64_t>(elapsed())
             : time_left(state.bytes_found - std::min(state.bytes_found, state.bytes_done), done_rate_.rate());
    line.finished = true;
    line.transferred = progress_->files_copied.load();
    line.list_complete = state.walk_complete;
    line.known = state.found;
    line.left = state.found - std::min(state.found, state.done);
    return format_progress(line, settings_.numbers);
}

void ConsoleReport::tick()
{
    output_.flush();
    if (log_) log_->flush();
    if (!progress_ || settings_.quiet) return;
    const bool in_place = settings_.live || works_on_terminal();
    if (!in_place && !settings_.total_progress) return;
    const auto now = now_();
    if (now - last_drawn_ < (in_place ? Clock::duration(kLiveInterval) : Clock::duration(kPlainInterval))) return;
    last_drawn_ = now;
    update_rates();
    if (settings_.total_progress) {
        if (in_place)
            output_.set_live(total_progress_line(false));
        else
            output_.overwrite(total_progress_line(false));
        return output_.flush();
    }
    if (now - start_ < kLiveDelay) return;
    output_.set_live(live_line(platform::Stream::Output));
}

std::string ConsoleReport::live_line(platform::Stream stream) const
{
    LiveState state = snapshot(*progress_);
    state.rate = copy_rate_.rate();
    state.done_rate = done_rate_.rate();
    state.elapsed = static_cast<std::uint64_t>(elapsed());
    return format_live(state, platform::terminal_width(stream).value_or(kUsualWidth));
}

void ConsoleReport::report()
{
    if (!progress_) return;
    update_rates();
    output_.print_error("arsync: " + live_line(platform::Stream::Error) + "\n");
}

void ConsoleReport::print_ending(const sync::Outcome& outcome)
{
    switch (outcome.ending) {
        case sync::Ending::Complete:
        case sync::Ending::Partial:
        case sync::Ending::BatchFailed:
        case sync::Ending::Vanished:
        case sync::Ending::DeletionLimited: break;
        case sync::Ending::Interrupted:
        case sync::Ending::TimedOut:
        case sync::Ending::BadSelection:
        case sync::Ending::DestinationFailed:
        case sync::Ending::RuleError: return print_header();
    }
    begin_work();
    if (settings_.delta_total && !settings_.from_batch)
        tell_line(fmt::format("total: matches={0}  hash_hits={0}  false_alarms=0 data={1}",
                              outcome.progress->blocks_matched.load(),
                              outcome.progress->bytes_copied.load() - outcome.progress->bytes_matched.load()));
    const auto tell = [&](const std::string& text) {
        print(text);
        log_line(text);
    };
    if (settings_.stats) tell(format_stats(outcome, settings_));
    if (settings_.method) tell(format_methods(*outcome.progress, settings_.numbers));
    if (settings_.summary)
        tell(format_summary(outcome, settings_));
    else
        log_line(format_log_summary(outcome));
}

void ConsoleReport::finish(const sync::Outcome& outcome)
{
    if (outcome.progress) progress_ = outcome.progress.get();
    output_.set_live({});
    if (settings_.total_progress && progress_ && !settings_.quiet) {
        output_.overwrite(total_progress_line(true));
        output_.end_line();
    }
    if (outcome.progress) print_ending(outcome);
    output_.flush();
    // Of a limit the user reads in rsync's words, which scripts look for.
    if (outcome.ending == sync::Ending::TimedOut)
        tell_error(outcome.message);
    else if (!outcome.message.empty())
        tell_error("arsync: " + escape(outcome.message, settings_.eight_bit));
    if (outcome.ending != sync::Ending::Complete) tell_error(closing_error(exit_code(outcome.ending)));
    if (settings_.exit_notes)
        tell_line(fmt::format("[arsync] exit with code {}", static_cast<int>(exit_code(outcome.ending))));
    output_.flush();
    if (log_) log_->flush();
    progress_ = nullptr;
}

}  // namespace arsync::report
