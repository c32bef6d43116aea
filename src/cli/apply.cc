#include "cli/apply.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/size.h"
#include "cli/apply_choosing.h"
#include "cli/apply_output.h"
#include "cli/apply_remote.h"
#include "cli/attribute_options.h"
#include "cli/number.h"
#include "cli/performance_options.h"
#include "cli/remote_option.h"
#include "cli/writing_options.h"

namespace arsync::cli {

namespace {

using report::ExitCode;

Outcome check_value(const Option& option, const std::string& value, const std::string& spelled)
{
    if (option.value == Value::Number && !parse_number(value)) return refuse(spelled + ": invalid numeric value");
    if (option.value == Value::Size && !parse_size(value))
        return refuse(fmt::format("--{}={} is invalid", option.name, value));
    return {};
}

Outcome apply_filter(Options& options, Special special, const std::string& value)
{
    using Kind = FilterOption::Kind;
    const auto add = [&](Kind kind, std::string text) { options.filters.push_back({kind, std::move(text)}); };
    switch (special) {
        case Special::Filter: add(Kind::Rule, value); break;
        case Special::Exclude: add(Kind::Exclude, value); break;
        case Special::Include: add(Kind::Include, value); break;
        case Special::ExcludeFrom: add(Kind::ExcludeFrom, value); break;
        case Special::IncludeFrom: add(Kind::IncludeFrom, value); break;
        case Special::PerDirectoryFilter:
            ++options.per_directory_filters;
            if (options.per_directory_filters == 1) add(Kind::Rule, "dir-merge /.rsync-filter");
            if (options.per_directory_filters == 2) add(Kind::Rule, "- .rsync-filter");
            break;
        default: break;
    }
    return {};
}

Outcome apply_special(Options& options, Special special, const Option& option, bool on, const std::string& value,
                      const std::string& spelled)
{
    switch (special) {
        case Special::Help: options.help = true; return {};
        case Special::Archive:
            options.recurse_by_archive = options.recurse_by_archive || !options.recurse;
            for (bool Options::* flag : {&Options::recurse, &Options::links, &Options::perms, &Options::times,
                                         &Options::group, &Options::owner, &Options::devices, &Options::specials})
                options.*flag = true;
            return {};
        case Special::DevicesAndSpecials: options.devices = options.specials = on; return {};
        case Special::PartialProgress: options.partial = options.progress = true; return {};
        case Special::Acls:
            options.acls = on;
            if (on) options.perms = true;
            return {};
        case Special::Super: options.super = on ? SuperUser::Yes : SuperUser::No; return {};
        case Special::FakeSuper: options.super = SuperUser::Fake; return {};
        case Special::RemoteOption: return apply_remote_option(options, value);
        case Special::CopyAs: options.copy_as = value; return {};
        case Special::Chmod:
        case Special::Chown:
        case Special::UserMap:
        case Special::GroupMap: return apply_attribute_option(options, special, value);
        case Special::Filter:
        case Special::Exclude:
        case Special::Include:
        case Special::ExcludeFrom:
        case Special::IncludeFrom:
        case Special::PerDirectoryFilter: return apply_filter(options, special, value);
        case Special::DeleteDuring:
            options.delete_ = options.delete_during = true;
            options.delete_delay = false;
            return {};
        case Special::DeleteExcluded: options.delete_ = options.delete_excluded = true; return {};
        case Special::MaxDelete:
            // Below zero is what old versions needed to mean "none".
            options.max_delete = static_cast<std::uint64_t>(std::max<std::int64_t>(parse_number(value).value_or(0), 0));
            return {};
        case Special::Info:
        case Special::Debug:
        case Special::StandardError:
        case Special::MessagesToError:
        case Special::OutputBuffering:
        case Special::OutFormat:
        case Special::LogFile:
        case Special::LogFileFormat: return apply_output(options, special, on, value);
        case Special::SourceOperand:
            if (options.source)
                return refuse("--source is given twice; several sources are operands without an option");
            options.source = value;
            return {};
        case Special::Recursive:
            options.recurse = on;
            options.recurse_by_archive = false;
            return {};
        case Special::OldDirectories: options.directories = options.old_directories = true; return {};
        case Special::IgnoreMissing:
            if (options.missing == sync::MissingSource::Error) options.missing = sync::MissingSource::Ignore;
            return {};
        case Special::DeleteMissing: options.missing = sync::MissingSource::Delete; return {};
        case Special::FilesFrom: options.files_from = value; return {};
        case Special::WriteBatch: options.write_batch = value; return {};
        case Special::OnlyWriteBatch:
            options.write_batch = value;
            options.only_write_batch = true;
            return {};
        case Special::ReadBatch: options.read_batch = value; return {};
        case Special::DestinationOperand: options.destination = value; return {};
        case Special::Jobs:
        case Special::CopyMethod:
        case Special::MaxMemory:
        case Special::Engine:
        case Special::QueueDepth:
        case Special::BufferSize:
        case Special::FilesInFlight: return apply_performance(options, special, value, spelled);
        case Special::Append:
        case Special::WholeFile:
        case Special::BlockSize:
        case Special::PartialDirectory:
        case Special::TemporaryDirectory:
        case Special::BandwidthLimit: return apply_writing(options, special, option, on, value);
        case Special::ModifyWindow:
            options.modify_window = static_cast<std::int32_t>(parse_number(value).value_or(0));
            return {};
        case Special::ChecksumChoice:
        case Special::CompressChoice:
        case Special::Iconv:
        case Special::MaxAlloc:
        case Special::Protocol:
        case Special::DaemonOnly:
        case Special::Daemon:
        case Special::ConfineRoot: return apply_remote(options, special, option, on, value);
        default:
            if (auto outcome = apply_choosing(options, special, option, value)) return *outcome;
            return {};
    }
}

}  // namespace

std::expected<void, UsageError> apply(Options& options, const Option& option, bool negated, const std::string& value,
                                      const std::string& spelled)
{
    const bool on = !negated;
    if (on) {
        if (auto checked = check_value(option, value, spelled); !checked) return checked;
    }
    if (const auto* flag = std::get_if<bool Options::*>(&option.action)) {
        options.*(*flag) = on != option.inverted;
    } else if (const auto* count = std::get_if<unsigned Options::*>(&option.action)) {
        options.*(*count) = on ? options.*(*count) + 1 : 0;
    } else if (const auto* choice = std::get_if<std::optional<bool> Options::*>(&option.action)) {
        options.*(*choice) = on;
    } else if (const auto* special = std::get_if<Special>(&option.action)) {
        return apply_special(options, *special, option, on, value, spelled);
    }
    return {};
}

}  // namespace arsync::cli
