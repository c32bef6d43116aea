#include "cli/job_builder.h"

#include <fmt/format.h>

#include <algorithm>

namespace arsync::cli {

namespace {

using report::ExitCode;

/// HOST:PATH, HOST::MODULE or rsync://: a colon before the first slash.
bool is_remote(const std::string& operand)
{
    if (operand.starts_with("rsync://")) return true;
    const std::size_t colon = operand.find(':');
    return colon != std::string::npos && colon > 0 && operand.find('/') > colon;
}

std::string without_slashes(std::string path)
{
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

/// The directory whose names the filter rules see as "/name".
std::string transfer_root(const std::string& source, const Surroundings& surroundings)
{
    const std::string root = without_slashes(surroundings.absolute_path(source));
    const auto last_slash = source.find_last_of('/');
    const std::string_view last = std::string_view(source).substr(last_slash == std::string::npos ? 0 : last_slash + 1);
    if (last.empty() || last == "." || last == "..") return root;
    const std::size_t parent = root.find_last_of('/');
    return parent == 0 || parent == std::string::npos ? "/" : root.substr(0, parent);
}

Outcome check_options(const Options& options)
{
    if (!options.not_yet.empty()) return refuse(options.not_yet.front() + " is not supported yet");
    if (options.no_whole_file) return refuse("--no-whole-file is not supported yet");
    if (options.delete_ && !options.recurse)
        return refuse("--delete does not work without --recursive (-r) or --dirs (-d).");
    return {};
}

/// What only some systems have is refused on the others.
Outcome check_support(const Options& options, const platform::AttributeSupport& support)
{
    if (options.crtimes && !support.creation_times)
        return refuse("--crtimes (-N) is not supported: this system cannot set creation times");
    const bool flags = options.file_flags || options.force_change;
    if (flags && !support.file_flags)
        return refuse(fmt::format("--{} is not supported: files of this system have no flags",
                                  options.file_flags ? "fileflags" : "force-change"));
    if (options.materialize && !support.dataless_files)
        return refuse("--materialize is not supported: this system has no files whose data is elsewhere");
    return {};
}

std::expected<std::vector<std::string>, UsageError> operands_of(const Options& options,
                                                                const Surroundings& surroundings)
{
    if (!options.source && !options.destination) return options.operands;
    if (!options.source) return refuse("--destination needs --source");
    if (!options.destination) return refuse("--source needs --destination");
    if (!options.operands.empty())
        return refuse(fmt::format("\"{}\": with --source and --destination there can be no other operands",
                                  options.operands.front()));
    std::string source = *options.source;
    if (!source.empty() && !source.ends_with('/') && surroundings.is_directory(source)) source += '/';
    return std::vector<std::string>{std::move(source), *options.destination};
}

Outcome check_operands(const std::vector<std::string>& operands)
{
    if (operands.size() == 1)
        return refuse(fmt::format("no destination given; listing \"{}\" is not supported yet", operands.front()));
    const auto remote = std::ranges::find_if(operands, is_remote);
    if (remote != operands.end())
        return refuse(
            fmt::format("\"{0}\" is on another host, which is not supported yet (./{0} is a local name)", *remote));
    const auto empty = std::ranges::find(operands, std::string());
    if (empty == operands.end()) return {};
    if (empty + 1 == operands.end()) return refuse("Empty destination arg specified (use \".\").");
    return refuse("Empty source arg specified.");
}

/// The same rules as each side sees them: its own root counts.
struct Filters {
    std::shared_ptr<const rules::FilterContext> source;
    std::shared_ptr<const rules::FilterContext> destination;
};

UsageError usage_error(const rules::RuleError& error)
{
    return {error.message, static_cast<ExitCode>(error.exit_code)};
}

Outcome add_filter(rules::FilterBuilder& builder, const FilterOption& option)
{
    const auto added = [&] {
        switch (option.kind) {
            case FilterOption::Kind::Rule: return builder.add_filter(option.text);
            case FilterOption::Kind::Exclude: return builder.add_exclude(option.text);
            case FilterOption::Kind::Include: return builder.add_include(option.text);
            case FilterOption::Kind::ExcludeFrom: return builder.add_exclude_from(option.text);
            case FilterOption::Kind::IncludeFrom: return builder.add_include_from(option.text);
        }
        return std::expected<void, rules::RuleError>{};
    }();
    if (!added) return std::unexpected(usage_error(added.error()));
    return {};
}

std::expected<Filters, UsageError> build_filters(const Options& options, const std::vector<std::string>& operands,
                                                 const Surroundings& surroundings)
{
    rules::FilterBuilder builder(surroundings.read_file,
                                 {.null_separated = options.from0,
                                  .delete_excluded = options.delete_excluded,
                                  .home = surroundings.home,
                                  .cvsignore_environment = surroundings.cvsignore.value_or("")});
    for (const FilterOption& option : options.filters) {
        if (auto added = add_filter(builder, option); !added) return std::unexpected(added.error());
    }
    // -C comes after all other rules, wherever it stands on the command line.
    if (options.cvs_exclude) {
        if (auto added = builder.add_cvs_exclude(); !added) return std::unexpected(usage_error(added.error()));
    }
    const auto& source = operands.front();
    const auto destination = without_slashes(surroundings.absolute_path(operands.back()));
    Filters filters{
        builder.build(transfer_root(source, surroundings), without_slashes(surroundings.absolute_path(source))),
        builder.build(destination, destination)};
    if (filters.source->has_xattr_rules())
        return refuse("filter rules for extended attributes (x) are not supported yet");
    return filters;
}

platform::CopyPreference copy_preference(const std::string& method)
{
    if (method == "clone") return platform::CopyPreference::Clone;
    if (method == "kernel" || method == platform::kernel_copy_name()) return platform::CopyPreference::Kernel;
    if (method == "readwrite") return platform::CopyPreference::ReadWrite;
    return platform::CopyPreference::Auto;
}

void set_preservation(sync::Preservation& preserve, const Options& options)
{
    preserve.links = options.links;
    preserve.mode = options.perms;
    preserve.times = options.times;
    preserve.directory_times = !options.omit_dir_times;
    preserve.link_times = !options.omit_link_times;
    preserve.creation_times = options.crtimes;
    preserve.file_flags = options.file_flags;
    preserve.user = options.owner;
    preserve.group = options.group;
    preserve.devices = options.devices;
    preserve.specials = options.specials;
    preserve.hard_links = options.hard_links;
    preserve.acls = options.acls;
    preserve.xattrs = options.xattrs;
}

sync::Job make_job(const Options& options, std::vector<std::string> operands, Filters filters)
{
    sync::Job job;
    job.destination = std::move(operands.back());
    operands.pop_back();
    job.sources = std::move(operands);
    job.dry_run = options.dry_run;
    job.selection.recurse = options.recurse;
    job.selection.one_file_system = options.one_file_system;
    job.selection.existing_only = options.existing;
    job.selection.ignore_existing = options.ignore_existing;
    job.selection.fetch_dataless = options.materialize;
    job.selection.filters = std::move(filters.source);
    job.deletion.filters = std::move(filters.destination);
    job.comparison.checksum = options.checksum;
    job.comparison.size_only = options.size_only;
    job.comparison.ignore_times = options.ignore_times;
    job.comparison.update = options.update;
    set_preservation(job.preservation, options);
    job.writing.inplace = options.inplace;
    job.writing.sparse = options.sparse;
    job.writing.force_change = options.force_change;
    job.writing.always_atomic = options.atomic;
    job.writing.keep_partial = options.partial;
    job.writing.method = copy_preference(options.copy_method);
    if (options.delete_)
        job.deletion.moment = options.delete_during ? sync::DeleteMoment::During : sync::DeleteMoment::Sure;
    job.deletion.limit = options.max_delete;
    job.deletion.ignore_errors = options.ignore_errors;
    job.deletion.force = options.force;
    job.limits.workers = options.jobs;
    job.limits.memory = options.max_memory;
    return job;
}

}  // namespace

report::Settings report_settings(const Options& options, bool output_is_terminal)
{
    const InfoLevels info(options.info, options.verbose, options.progress, options.stats, options.quiet);
    report::Settings settings;
    settings.quiet = options.quiet;
    settings.names = info[InfoWord::Name];
    settings.itemize = options.quiet ? 0 : options.itemize;
    const bool tells_updates = settings.names > 0 || settings.itemize > 0;
    settings.header = options.recurse && info[InfoWord::Flist] > 0;
    settings.full_list = options.no_incremental;
    settings.summary = info[InfoWord::Stats] > 0;
    settings.stats = info[InfoWord::Stats] > 1;
    settings.file_progress = info[InfoWord::Progress] == 1;
    settings.total_progress = info[InfoWord::Progress] > 1;
    settings.skips = info[InfoWord::Skip] > 0;
    settings.non_regular = info[InfoWord::Nonreg] > 0;
    settings.flags_column = options.file_flags;
    settings.deletions = tells_updates || info[InfoWord::Del] > 0;
    settings.created_destination = tells_updates;
    settings.delta_notes = options.verbose > 1 && !options.quiet;
    settings.method = settings.stats && settings.delta_notes;
    settings.eight_bit = options.eight_bit;
    settings.dry_run = options.dry_run;
    settings.terminal = output_is_terminal;
    // --info=progress2 has a line of its own; --progress tells files only when they are done, so it has use for one.
    settings.live = output_is_terminal && !options.quiet && !settings.total_progress;
    settings.buffering = options.line_buffered ? report::Buffering::Line : report::Buffering::Block;
    switch (options.human_readable) {
        case 0: settings.numbers = report::NumberStyle::Plain; break;
        case 1: settings.numbers = report::NumberStyle::Grouped; break;
        case 2: settings.numbers = report::NumberStyle::Decimal; break;
        default: settings.numbers = report::NumberStyle::Binary; break;
    }
    return settings;
}

std::expected<Plan, UsageError> build(const Options& options, const Surroundings& surroundings)
{
    if (auto checked = check_options(options); !checked) return std::unexpected(checked.error());
    if (auto checked = check_support(options, surroundings.support); !checked) return std::unexpected(checked.error());
    if (options.partial && !surroundings.partial_dir.value_or("").empty())
        return refuse("--partial with RSYNC_PARTIAL_DIR set is not supported yet");
    auto operands = operands_of(options, surroundings);
    if (!operands) return std::unexpected(operands.error());
    if (auto checked = check_operands(*operands); !checked) return std::unexpected(checked.error());
    auto filters = build_filters(options, *operands, surroundings);
    if (!filters) return std::unexpected(filters.error());
    return Plan{make_job(options, std::move(*operands), std::move(*filters)),
                report_settings(options, surroundings.output_is_terminal)};
}

}  // namespace arsync::cli
