#include "report/console_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/exit_code.h"
#include "report/item_line.h"
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

}  // namespace

ConsoleReport::ConsoleReport(const Settings& settings, Sink sink, std::function<Clock::time_point()> now)
    : settings_(settings),
      output_(std::move(sink), settings.buffering == Buffering::Line),
      now_(std::move(now)),
      start_(now_())
{
}

bool ConsoleReport::wants_items() const
{
    return settings_.names > 0 || settings_.itemize > 0 || settings_.file_progress;
}

bool ConsoleReport::wants_unchanged() const
{
    // to-chk counts names in the order in which they are told, so all of them have to come by.
    return settings_.names > 1 || settings_.itemize > 1 || settings_.file_progress;
}

void ConsoleReport::print_line(std::string_view text)
{
    output_.print(fmt::format("{}\n", text));
}

void ConsoleReport::print_header()
{
    if (header_printed_) return;
    header_printed_ = true;
    if (!settings_.header) return;
    print_line(settings_.full_list ? "building file list ... done" : "sending incremental file list");
}

/// What rsync says after the destination was made and before anything else.
void ConsoleReport::begin_work()
{
    print_header();
    if (work_begun_) return;
    work_begun_ = true;
    if (settings_.delta_notes) print_line("delta-transmission disabled for local transfer or --whole-file");
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
    print_item(item);
    if (item.update == sync::Update::Transfer) {
        ++files_told_;
        if (settings_.file_progress) print_file_progress(item);
    }
}

void ConsoleReport::print_item(const sync::Item& item)
{
    const bool changed = is_changed(item);
    if (settings_.itemize > 0) {
        const bool all = settings_.itemize > 1 || settings_.names > 1;
        if (changed || all)
            print_line(itemize(item, settings_.flags_column) + ' ' + shown_item(item, settings_.eight_bit));
        return;
    }
    if (settings_.names == 0) return;
    if (is_named(item)) return print_line(shown_item(item, settings_.eight_bit));
    if (settings_.names < 2 || item.metadata.type == platform::FileType::Directory) return;
    const std::string name = shown_name(item.path, item.metadata.type, settings_.eight_bit);
    print_line(changed ? name : name + " is uptodate");
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
    output_.print("\r" + format_progress(line, settings_.numbers) + "\n");
}

void ConsoleReport::deleted(std::string_view path, platform::FileType type)
{
    begin_work();
    if (!settings_.deletions) return;
    const std::string name = shown_name(path, type, settings_.eight_bit);
    print_line((settings_.itemize > 0 ? "*deleting   " : "deleting ") + name);
}

void ConsoleReport::notice(const sync::Notice& notice)
{
    const std::string name = escape(notice.path, settings_.eight_bit);
    if (notice.kind == NoticeKind::CreatedDestination) {
        print_header();
        if (settings_.created_destination) {
            const std::size_t last = name.find_last_not_of('/');
            print_line("created directory " + (last == std::string::npos ? name : name.substr(0, last + 1)));
        }
        return;
    }
    begin_work();
    const auto tell = [&](bool wanted, const std::string& text) {
        if (wanted && !settings_.quiet) print_line(text);
    };
    const bool directory = notice.type == platform::FileType::Directory;
    switch (notice.kind) {
        case NoticeKind::SkippedNonRegular:
            return tell(settings_.non_regular, fmt::format("skipping non-regular file \"{}\"", name));
        case NoticeKind::SkippedDirectory: return tell(true, "skipping directory " + name);
        case NoticeKind::Exists: return tell(settings_.skips, name + " exists");
        case NoticeKind::Newer: return tell(settings_.skips, name + " is newer");
        case NoticeKind::NotCreated:
            return tell(settings_.skips,
                        fmt::format("not creating new {} \"{}\"", directory ? "directory" : "file", name));
        case NoticeKind::SecondWay: return tell(true, "skipping second way to the same files: " + name);
        case NoticeKind::MountPointKept: return tell(true, "cannot delete mount point: " + name);
        case NoticeKind::DirectoryNotEmpty: return tell(true, "cannot delete non-empty directory: " + name);
        case NoticeKind::DeletionSkipped: return tell(true, "IO error encountered -- skipping file deletion");
        case NoticeKind::DeletionLimit:
            return output_.print_error(fmt::format("Deletions stopped due to --max-delete limit ({} skipped)\n",
                                                   format_count(notice.count, NumberStyle::Plain)));
        case NoticeKind::UpToDate:  // told by the item itself
        case NoticeKind::CreatedDestination: return;
    }
}

void ConsoleReport::failure(const sync::Failure& failure)
{
    output_.print_error(fmt::format("arsync: {}\n", escape(failure.message, settings_.eight_bit)));
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
        case sync::Ending::Vanished:
        case sync::Ending::DeletionLimited: break;
        case sync::Ending::Interrupted:
        case sync::Ending::BadSelection:
        case sync::Ending::DestinationFailed:
        case sync::Ending::RuleError: return print_header();
    }
    begin_work();
    if (settings_.delta_notes)
        print_line(fmt::format("total: matches=0  hash_hits=0  false_alarms=0 data={}",
                               format_count(outcome.progress->bytes_copied.load(), NumberStyle::Plain)));
    if (settings_.stats) output_.print(format_stats(outcome, settings_));
    if (settings_.method) output_.print(format_methods(*outcome.progress, settings_.numbers));
    if (settings_.summary) output_.print(format_summary(outcome, settings_));
}

void ConsoleReport::finish(const sync::Outcome& outcome)
{
    if (outcome.progress) progress_ = outcome.progress.get();
    output_.set_live({});
    if (settings_.total_progress && progress_) {
        output_.overwrite(total_progress_line(true));
        output_.end_line();
    }
    if (outcome.progress) print_ending(outcome);
    output_.flush();
    if (!outcome.message.empty())
        output_.print_error(fmt::format("arsync: {}\n", escape(outcome.message, settings_.eight_bit)));
    if (outcome.ending != sync::Ending::Complete) output_.print_error(closing_error(exit_code(outcome.ending)) + "\n");
    progress_ = nullptr;
}

}  // namespace arsync::report
