// The program: understands the command line, lets the engine work and the report tell, ends with rsync's exit code.

#include <fmt/format.h>

#include <clocale>
#include <iterator>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/apply_remote.h"
#include "cli/batch_options.h"
#include "cli/help.h"
#include "cli/info_words.h"
#include "cli/job_builder.h"
#include "cli/parser.h"
#include "platform/attributes.h"
#include "platform/directory.h"
#include "platform/process.h"
#include "platform/terminal.h"
#include "report/console_report.h"
#include "report/escape.h"
#include "report/exit_code.h"
#include "sync/run.h"

namespace arsync::cli {
namespace {

using report::ExitCode;

void print(platform::Stream stream, std::string_view text)
{
    // If the text cannot be written, there is no place to say so.
    static_cast<void>(platform::write_stream(stream, text));
}

ExitCode refuse(const UsageError& error, std::optional<report::LogFile> log = std::nullopt)
{
    const std::string lines =
        fmt::format("arsync: {}\n{}\n", report::escape(error.message, false), report::closing_error(error.code));
    print(platform::Stream::Error, lines);
    if (log) {
        log->add(lines);
        log->flush();
    }
    return error.code;
}

ExitCode show(const std::string& text, platform::Stream stream = platform::Stream::Output)
{
    const auto shown = platform::write_stream(stream, text);
    if (shown || shown.error().is(std::errc::broken_pipe)) return ExitCode::Success;
    print(platform::Stream::Error, fmt::format("arsync: cannot write output: {}\n{}\n", shown.error().reason(),
                                               report::closing_error(ExitCode::Diagnostics)));
    return ExitCode::Diagnostics;
}

/// Like rsync, arsync works without a log file that cannot be opened, and says so.
std::optional<report::LogFile> open_log(const Options& options, const platform::ProcessFacts& process)
{
    if (options.log_file.value_or("").empty()) return std::nullopt;
    auto log = report::LogFile::open(*options.log_file, 0666 & ~process.umask,
                                     path_policy(options, process.user).unconfined());
    if (log) return std::move(*log);
    print(platform::Stream::Error, fmt::format("arsync: failed to open log-file {}: {}\n",
                                               report::escape(*options.log_file, false), log.error().reason()));
    if (!options.quiet)
        print(options.all_to_error ? platform::Stream::Error : platform::Stream::Output,
              "Ignoring \"log file\" setting.\n");
    return std::nullopt;
}

Result<std::string> read_file(const std::string& path, const platform::PathPolicy& policy)
{
    return path == "-" ? platform::read_standard_input() : platform::read_whole_file(path, policy);
}

Surroundings surroundings(const platform::ProcessFacts& process)
{
    Surroundings facts;
    facts.output_is_terminal =
        platform::is_terminal(platform::Stream::Output) && platform::environment("TERM").value_or("dumb") != "dumb";
    facts.support = platform::attribute_support();
    facts.home = platform::environment("HOME");
    facts.cvsignore = platform::environment("CVSIGNORE");
    facts.partial_dir = platform::environment("RSYNC_PARTIAL_DIR");
    facts.environment = platform::environment;
    facts.is_directory = [](const std::string& path) {
        const auto metadata = platform::stat_path(path, true);
        return metadata && metadata->type == platform::FileType::Directory;
    };
    facts.absolute_path = platform::absolute_path;
    facts.read_file = read_file;
    facts.user = process.user;
    facts.umask = process.umask;
    facts.user_id = platform::user_id;
    facts.group_id = platform::group_id;
    return facts;
}

ExitCode carry_out(const Plan& plan, std::optional<report::LogFile> log, const platform::ProcessFacts& process)
{
    for (const auto& warning : plan.warnings)
        print(platform::Stream::Error, fmt::format("arsync: {}\n", report::escape(warning, false)));
    report::ConsoleReport console(plan.settings);
    if (log) console.set_log(std::move(*log));
    const sync::Outcome outcome = sync::run(plan.job, console, process);
    console.finish(outcome);
    const ExitCode ended = report::exit_code(outcome.ending);
    const auto unwritten = console.write_error();
    const bool output_lost = unwritten && !unwritten->is(std::errc::broken_pipe);
    if (!output_lost && !console.log_error()) return ended;
    if (output_lost)
        print(platform::Stream::Error, fmt::format("arsync: cannot write output: {}\n", unwritten->reason()));
    if (const auto error = console.log_error())
        print(platform::Stream::Error, fmt::format("arsync: cannot write log file: {}\n", error->reason()));
    if (ended != ExitCode::Success) return ended;
    print(platform::Stream::Error, report::closing_error(ExitCode::Diagnostics) + "\n");
    return ExitCode::Diagnostics;
}

Aliases aliases()
{
    Aliases known;
    std::vector<std::string> files = {"/etc/popt"};
    if (const auto home = platform::environment("HOME"); home && !home->empty()) files.push_back(*home + "/.popt");
    for (const std::string& file : files) {
        if (const auto text = platform::read_whole_file(file, {.any_links = true})) known.add(*text);
    }
    return known;
}

/// Files of rules are read again for the script of --write-batch, and standard input can be read only once.
ReadTypedFile remembering(ReadTypedFile read)
{
    return [read = std::move(read), known = std::make_shared<std::map<std::string, std::string>>()](
               const std::string& path, const platform::PathPolicy& policy) -> Result<std::string> {
        if (const auto found = known->find(path); found != known->end()) return found->second;
        auto text = read(path, policy);
        if (text) known->emplace(path, *text);
        return text;
    };
}

ExitCode run(const std::string& program, const std::vector<std::string>& arguments,
             const platform::ProcessFacts& process)
{
    auto options = parse(arguments, platform::environment("POSIXLY_CORRECT").has_value(), aliases());
    if (!options) return refuse(options.error());
    const auto help_stream = options->all_to_error ? platform::Stream::Error : platform::Stream::Output;
    if (options->help) return show(help_text(), help_stream);
    if (options->version) return show(options->version > 1 ? version_json() : version_text(), help_stream);
    if (options->info_help) return show(info_help());
    if (options->debug_help) return show(debug_help());
    if (options->operands.empty() && !options->source && !options->destination) {
        show(help_text());
        return refuse({"no source and no destination given"});
    }
    auto log = open_log(*options, process);
    auto around = surroundings(process);
    if (options->write_batch) around.read_file = remembering(std::move(around.read_file));
    if (auto checked = check_batch(*options); !checked) return refuse(checked.error(), std::move(log));
    auto batch = open_batch(*options, path_policy(*options, process.user).unconfined());
    if (!batch) return refuse(batch.error(), std::move(log));
    std::vector<std::string> matched;
    if (*batch) matched = match_batch(*options, (*batch)->header());
    auto plan = build(*options, around);
    if (!plan) return refuse(plan.error(), std::move(log));
    const auto read_rules = [&](const std::string& path) {
        return around.read_file(path, plan->job.paths.unconfined());
    };
    if (auto set = set_batch(plan->job, *options, program, std::move(*batch), read_rules); !set)
        return refuse(set.error(), std::move(log));
    if (options->verbose > 0 && !options->quiet) {
        for (const auto& line : matched) print(platform::Stream::Output, line + "\n");
    }
    auto worker = process;
    if (plan->run_as) {
        const auto changed = platform::become(*plan->run_as, worker);
        if (!changed) return refuse({"--copy-as: " + std::string(changed.error().reason())});
        plan->job.paths.user = worker.user;
    }
    return carry_out(*plan, std::move(log), worker);
}

}  // namespace
}  // namespace arsync::cli

int main(int argc, char** argv)
{
    try {
        const auto process = arsync::platform::prepare_process();
        std::setlocale(LC_CTYPE, "");  // which bytes of a name are text, see report/escape.h
        return static_cast<int>(arsync::cli::run(argv[0], std::vector<std::string>(argv + 1, argv + argc), process));
    } catch (const std::bad_alloc&) {
        static_cast<void>(arsync::platform::write_stream(arsync::platform::Stream::Error, "arsync: out of memory\n"));
        return static_cast<int>(arsync::report::ExitCode::OutOfMemory);
    }
}
