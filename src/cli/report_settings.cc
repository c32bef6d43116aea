// What shall be shown: the levels that -v, -i, -q, --progress, --stats, --info and --debug add up to.
#include <utility>

#include "cli/job_builder.h"
#include "cli/selection_options.h"
#include "cli/writing_options.h"

namespace arsync::cli {

namespace {

report::NumberStyle number_style(unsigned human_readable)
{
    switch (human_readable) {
        case 0: return report::NumberStyle::Plain;
        case 1: return report::NumberStyle::Grouped;
        case 2: return report::NumberStyle::Decimal;
        default: return report::NumberStyle::Binary;
    }
}

/// The format of a line for each update; nullopt: there are none.
std::optional<std::string> line_format(const Options& options, unsigned names)
{
    if (options.out_format) return options.out_format;
    if (options.itemize > 0) return "%i %n%L";
    if (names > 0) return "%n%L";
    return std::nullopt;
}

void set_debug(report::Settings& settings, const Options& options)
{
    const auto level = [&](DebugWord word) { return options.debug.level(word, options.verbose); };
    settings.delta_notes = level(DebugWord::Flist) > 0;
    settings.delta_total = level(DebugWord::Deltasum) > 0;
    settings.filter_notes = level(DebugWord::Filter) > 0;
    settings.exit_notes = level(DebugWord::Exit) > 0;
}

/// Whether a format has %i.
bool has_changes(std::string_view format)
{
    for (auto at = format.find('%'); at < format.size(); at = format.find('%', at + 1)) {
        at = format.find_first_not_of("-'0123456789", at + 1);
        if (at < format.size() && format[at] == 'i') return true;
    }
    return false;
}

}  // namespace

report::Settings report_settings(const Options& options, bool output_is_terminal)
{
    report::Settings settings;
    settings.eight_bit = options.eight_bit;
    settings.quiet = options.quiet;
    settings.dry_run = options.dry_run;
    settings.batch_only = options.only_write_batch && !options.dry_run;
    settings.from_batch = options.read_batch.has_value();
    settings.terminal = output_is_terminal && !options.all_to_error;
    settings.all_to_error = options.all_to_error;
    settings.buffering = options.line_buffered ? report::Buffering::Line : report::Buffering::Block;
    settings.numbers = number_style(options.human_readable);
    settings.non_regular = false;
    // The log file is told what the terminal would be told without -q.
    const bool logs = options.log_file.has_value();
    const InfoLevels info(options.info, options.verbose, options.progress, options.stats, options.quiet);
    const bool tells_changes = options.itemize > 0 || has_changes(options.out_format.value_or(""));
    settings.second_attempts = info[InfoWord::Name] > 0 || tells_changes;
    if (options.quiet && !logs) return settings;

    settings.names = info[InfoWord::Name];
    settings.itemize = options.itemize;
    settings.format = line_format(options, settings.names);
    if (logs) settings.log_format = options.log_file_format.value_or("%i %n%L");
    settings.owners = options.owner;
    settings.groups = options.group;
    const bool tells_updates = settings.format.has_value();
    const auto chosen = chosen_names(options);
    settings.header = (chosen.recurse || chosen.directories) && info[InfoWord::Flist] > 0;
    settings.full_list = options.no_incremental || options.delete_before || options.delete_after ||
                         options.prune_empty || options.delay_updates || !chosen.recurse;
    settings.whole_file = copies_whole_files(options);
    settings.summary = info[InfoWord::Stats] > 0;
    settings.stats = info[InfoWord::Stats] > 1;
    settings.file_progress = info[InfoWord::Progress] == 1;
    settings.total_progress = info[InfoWord::Progress] > 1;
    settings.skips = info[InfoWord::Skip] > 0;
    settings.unsafe_copied = info[InfoWord::Symsafe] > 0;
    settings.non_regular = info[InfoWord::Nonreg] > 0;
    settings.flags_column = options.file_flags;
    settings.backups = info[InfoWord::Backup] > 0;
    settings.removals = info[InfoWord::Remove] > 0;
    settings.access_column = options.atimes > 0;
    settings.deletions = tells_updates || info[InfoWord::Del] > 0;
    settings.created_destination = (settings.names > 0 || tells_changes) && !options.quiet;
    settings.method = settings.stats && options.verbose > 1;
    set_debug(settings, options);
    // --info=progress2 has a line of its own; --progress tells files only when they are done, so it has use for one.
    settings.live = settings.terminal && !options.quiet && !settings.total_progress;
    return settings;
}

}  // namespace arsync::cli
