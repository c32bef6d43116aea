#include "cli/job_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/path.h"
#include "cli/apply_remote.h"
#include "cli/attribute_options.h"
#include "cli/performance_options.h"
#include "cli/selection_options.h"
#include "cli/words.h"
#include "cli/writing_options.h"
#include "report/line_format.h"
#include "sync/selection.h"

namespace arsync::cli {

namespace {

using report::ExitCode;

/// HOST:PATH, HOST::MODULE or rsync://: a colon before the first slash.
bool is_remote(const std::string& operand)
{
    constexpr std::string_view kScheme = "rsync://";
    if (in_small_letters(std::string_view(operand).substr(0, kScheme.size())) == kScheme) return true;
    const std::size_t colon = operand.find(':');
    return colon != std::string::npos && operand.find('/') > colon;
}

std::string without_slashes(std::string path)
{
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

/// The directory whose names the filter rules see as "/name".
std::string transfer_root(const std::string& source, const Options& options, const Surroundings& surroundings)
{
    if (options.files_from) return without_slashes(surroundings.absolute_path(source));
    if (chosen_names(options).relative)
        return without_slashes(surroundings.absolute_path(sync::split_relative(source).base));
    const std::string root = without_slashes(surroundings.absolute_path(source));
    const auto last_slash = source.find_last_of('/');
    const std::string_view last = std::string_view(source).substr(last_slash == std::string::npos ? 0 : last_slash + 1);
    if (last.empty() || last == "." || last == "..") return root;
    const std::size_t parent = root.find_last_of('/');
    return parent == 0 || parent == std::string::npos ? "/" : root.substr(0, parent);
}

Outcome check_options(const Options& options)
{
    const int moments = options.delete_before + (options.delete_during || options.delete_delay) + options.delete_after;
    if (moments > 1) return refuse("You may not combine multiple --delete-WHEN options.");
    return check_deletion(options);
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
    const bool fake = options.super == SuperUser::Fake || options.destination_super == SuperUser::Fake;
    if (fake && !support.user_xattrs) return refuse("--fake-super is not supported on this system");
    if (fake && options.xattrs > 1) return refuse("--fake-super conflicts with -XX");
    if (fake && options.acls) return refuse("--fake-super with --acls (-A) is not supported yet");
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
    const auto remote = std::ranges::find_if(operands, is_remote);
    if (remote != operands.end())
        return refuse(
            fmt::format("\"{0}\" is on another host, which is not supported yet (./{0} is a local name)", *remote));
    const auto empty = std::ranges::find(operands, std::string());
    if (empty == operands.end()) return {};
    if (operands.size() > 1 && empty + 1 == operands.end())
        return refuse("Empty destination arg specified (use \".\").");
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

sync::Backup backup_of(const Options& options)
{
    sync::Backup backup;
    if (!options.backup) return backup;
    backup.wanted = true;
    backup.shown = tidied(options.backup_dir.value_or(""));
    // The destination itself means what no directory at all does.
    backup.has_directory = !backup.shown.empty();
    backup.directory = options.backup_dir.value_or("");
    backup.suffix = options.suffix.value_or(options.backup_dir ? "" : "~");
    return backup;
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
    const auto read_under = [&surroundings](platform::PathPolicy policy) -> rules::ReadFile {
        return [read = surroundings.read_file, policy = std::move(policy)](const std::string& path) {
            return read(path, policy);
        };
    };
    const auto policy = path_policy(options, surroundings.user);
    rules::FilterBuilder builder(read_under(policy.unconfined()),
                                 {.null_separated = options.from0,
                                  .delete_excluded = options.delete_excluded,
                                  .home = surroundings.home,
                                  .cvsignore_environment = surroundings.cvsignore.value_or("")});
    builder.read_on_the_way(read_under(policy));
    for (const FilterOption& option : options.filters) {
        if (auto added = add_filter(builder, option); !added) return std::unexpected(added.error());
    }
    const auto backup = backup_of(options);
    const bool beside = backup.wanted && !backup.has_directory;
    const bool deletes = options.delete_ || options.delete_before || options.delete_delay || options.delete_after;
    if (beside && deletes && !options.delete_excluded) {
        auto added = builder.add_filter("P *" + backup.suffix);
        if (!added) return std::unexpected(usage_error(added.error()));
    }
    if (options.old_directories && chosen_names(options).directories) {
        if (auto added = builder.add_exclude("/*/*"); !added) return std::unexpected(usage_error(added.error()));
    }
    // -C comes after all other rules, wherever it stands on the command line.
    if (options.cvs_exclude) {
        if (auto added = builder.add_cvs_exclude(); !added) return std::unexpected(usage_error(added.error()));
    }
    if (const auto rule = partial_directory_rule(options, surroundings); !rule.empty()) {
        if (auto added = builder.add_filter(rule); !added) return std::unexpected(usage_error(added.error()));
    }
    const auto& source = operands.front();
    const auto destination = without_slashes(surroundings.absolute_path(operands.back()));
    return Filters{builder.build(transfer_root(source, options, surroundings),
                                 without_slashes(surroundings.absolute_path(source))),
                   builder.build(destination, destination)};
}

void set_preservation(sync::Preservation& preserve, const Options& options)
{
    preserve.links = options.links;
    preserve.mode = options.perms;
    preserve.executability = options.executability;
    preserve.times = options.times;
    // Backups beside their files change the times of directories.
    const auto backup = backup_of(options);
    const bool beside = backup.wanted && !backup.has_directory;
    preserve.directory_times = !options.omit_dir_times && !beside;
    preserve.link_times = !options.omit_link_times;
    preserve.creation_times = options.crtimes;
    preserve.file_flags = options.file_flags;
    preserve.user = options.owner;
    preserve.group = options.group;
    preserve.devices = options.devices && !options.drop_devices_and_specials;
    preserve.specials = options.specials && !options.drop_devices_and_specials;
    preserve.hard_links = options.hard_links;
    preserve.acls = options.acls;
    preserve.xattrs = options.xattrs > 0;
    preserve.xattrs_of_rsync = options.xattrs > 1;
}

sync::Links link_policy(const Options& options)
{
    return {.follow_all = options.copy_links,
            .follow_to_directories = options.copy_dirlinks,
            .follow_unsafe = options.copy_unsafe_links,
            .skip_unsafe = options.safe_links,
            .unmunge = options.munge_links,
            .munge = options.munge_destination,
            .keep_directories = options.keep_dirlinks};
}

Outcome check_backup(const Options& options)
{
    if (options.suffix && options.suffix->find('/') != std::string::npos)
        return refuse("--suffix cannot contain slashes: " + *options.suffix);
    const auto backup = backup_of(options);
    if (!backup.wanted || backup.has_directory || !backup.suffix.empty()) return {};
    return refuse(options.backup_dir ? "--suffix cannot be empty when --backup-dir is the same as the dest dir"
                                     : "--suffix cannot be empty without a --backup-dir");
}

sync::DeleteMoment delete_moment(const Options& options)
{
    using enum sync::DeleteMoment;
    if (options.delete_before) return Before;
    if (options.delete_delay) return Delay;
    if (options.delete_after) return After;
    if (options.delete_during) return During;
    return options.delete_ ? Sure : Never;
}

void set_choosing(sync::Job& job, const Options& options)
{
    job.backup = backup_of(options);
    job.deletion.moment = delete_moment(options);
    job.moving = options.remove_source_files || options.remove_sent_files;
    job.moves_special_files = options.remove_source_files;
    if (options.stop_at) job.limits.stop_at = std::chrono::system_clock::from_time_t(*options.stop_at);
    job.comparison.modify_window = options.modify_window;
    job.comparison.most = options.max_size;
    job.comparison.least = options.min_size;
    if (!options.alternates.empty()) {
        job.alternates.directories = options.alternates;
        job.alternates.use = options.alternates_option == "link-dest"   ? sync::AlternateUse::Link
                             : options.alternates_option == "copy-dest" ? sync::AlternateUse::Copy
                                                                        : sync::AlternateUse::Compare;
    }
}

sync::Job make_job(const Options& options, std::vector<std::string> operands, Filters filters,
                   const Surroundings& surroundings)
{
    sync::Job job;
    if (operands.size() > 1 || options.read_batch) {
        job.destination = std::move(operands.back());
        operands.pop_back();
    }
    job.sources = std::move(operands);
    job.paths = path_policy(options, surroundings.user);
    job.dry_run = options.dry_run;
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
    set_choosing(job, options);
    job.links = link_policy(options);
    set_preservation(job.preservation, options);
    job.comparison.longer = options.append > 0;
    set_writing(job.writing, options, surroundings);
    set_performance(job, options);
    job.deletion.limit = options.max_delete;
    job.deletion.ignore_errors = options.ignore_errors;
    job.deletion.force = options.force;
    return job;
}

/// %C, and of which files it is told.
void set_digests(Plan& plan, const Options& options, const Surroundings& surroundings)
{
    const auto kind = chosen_digest(options, surroundings.environment);
    plan.settings.digest = kind;
    plan.settings.digest_of_all = options.checksum;
    for (const auto& format : {plan.settings.format, plan.settings.log_format}) {
        if (format && report::LineFormat(*format, {}).tells_digests())
            plan.job.digests = {.kind = kind, .of_all_files = options.checksum};
    }
}

}  // namespace

std::expected<Plan, UsageError> build(const Options& options, const Surroundings& surroundings)
{
    if (auto checked = check_options(options); !checked) return std::unexpected(checked.error());
    if (auto checked = check_support(options, surroundings.support); !checked) return std::unexpected(checked.error());
    if (auto checked = check_backup(options); !checked) return std::unexpected(checked.error());
    if (auto checked = check_writing(options); !checked) return std::unexpected(checked.error());
    if ((options.munge_links || options.munge_destination) && surroundings.is_directory("/rsyncd-munged"))
        return refuse("Symlink munging is unsafe when a /rsyncd-munged directory exists.", ExitCode::Unsupported);
    if (surroundings.environment) {
        if (auto checked = check_remote(options, surroundings.environment); !checked)
            return std::unexpected(checked.error());
    }
    auto operands = operands_of(options, surroundings);
    if (!operands) return std::unexpected(operands.error());
    if (auto checked = check_operands(*operands); !checked) return std::unexpected(checked.error());
    if (auto checked = check_names(options, *operands); !checked) return std::unexpected(checked.error());
    auto filters = build_filters(options, *operands, surroundings);
    if (!filters) return std::unexpected(filters.error());
    Plan plan{make_job(options, std::move(*operands), std::move(*filters), surroundings),
              report_settings(options, surroundings.output_is_terminal),
              {},
              {}};
    set_digests(plan, options, surroundings);
    auto run_as = parse_copy_as(options, surroundings);
    if (!run_as) return std::unexpected(run_as.error());
    plan.run_as = *run_as;
    auto changes = build_attribute_changes(options, surroundings, plan.job, plan.warnings);
    if (!changes) return std::unexpected(changes.error());
    if (auto chosen = choose_names(plan.job, options, surroundings.read_file); !chosen)
        return std::unexpected(chosen.error());
    return plan;
}

}  // namespace arsync::cli
