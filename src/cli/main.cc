// The program: understands the command line, lets the engine work and the report tell, ends with rsync's exit code.

#include <fmt/format.h>

#include <clocale>
#include <iostream>
#include <iterator>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

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

ExitCode refuse(const UsageError& error)
{
    print(platform::Stream::Error,
          fmt::format("arsync: {}\n{}\n", report::escape(error.message, false), report::closing_error(error.code)));
    return error.code;
}

ExitCode show(const std::string& text)
{
    print(platform::Stream::Output, text);
    return ExitCode::Success;
}

Result<std::string> read_file(const std::string& path)
{
    if (path != "-") return platform::read_whole_file(path);
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

Surroundings surroundings()
{
    Surroundings facts;
    facts.output_is_terminal =
        platform::is_terminal(platform::Stream::Output) && platform::environment("TERM").value_or("dumb") != "dumb";
    facts.support = platform::attribute_support();
    facts.home = platform::environment("HOME");
    facts.cvsignore = platform::environment("CVSIGNORE");
    facts.partial_dir = platform::environment("RSYNC_PARTIAL_DIR");
    facts.is_directory = [](const std::string& path) {
        const auto metadata = platform::stat_path(path, true);
        return metadata && metadata->type == platform::FileType::Directory;
    };
    facts.absolute_path = platform::absolute_path;
    facts.read_file = read_file;
    return facts;
}

ExitCode carry_out(const Plan& plan, const platform::ProcessFacts& process)
{
    report::ConsoleReport console(plan.settings);
    const sync::Outcome outcome = sync::run(plan.job, console, process);
    console.finish(outcome);
    const auto unwritten = console.write_error();
    if (!unwritten || unwritten->is(std::errc::broken_pipe)) return report::exit_code(outcome.ending);
    print(platform::Stream::Error, fmt::format("arsync: cannot write output: {}\n", unwritten->reason()));
    return outcome.ending == sync::Ending::Complete ? ExitCode::Diagnostics : report::exit_code(outcome.ending);
}

ExitCode run(const std::vector<std::string>& arguments, const platform::ProcessFacts& process)
{
    const auto options = parse(arguments, platform::environment("POSIXLY_CORRECT").has_value());
    if (!options) return refuse(options.error());
    if (options->help) return show(help_text());
    if (options->version) return show(version_text());
    if (options->info_help) return show(info_help());
    if (options->operands.empty() && !options->source && !options->destination) {
        show(help_text());
        return refuse({"no source and no destination given"});
    }
    const auto plan = build(*options, surroundings());
    if (!plan) return refuse(plan.error());
    return carry_out(*plan, process);
}

}  // namespace
}  // namespace arsync::cli

int main(int argc, char** argv)
{
    try {
        const auto process = arsync::platform::prepare_process();
        std::setlocale(LC_CTYPE, "");  // which bytes of a name are text, see report/escape.h
        return static_cast<int>(arsync::cli::run(std::vector<std::string>(argv + 1, argv + argc), process));
    } catch (const std::bad_alloc&) {
        static_cast<void>(arsync::platform::write_stream(arsync::platform::Stream::Error, "arsync: out of memory\n"));
        return static_cast<int>(arsync::report::ExitCode::OutOfMemory);
    }
}
