#include "cli/apply_output.h"

#include <fmt/format.h>

namespace arsync::cli {

namespace {

Outcome choose_error_stream(Options& options, const std::string& mode)
{
    const auto means = [&](std::string_view word) { return !mode.empty() && word.starts_with(mode); };
    if (means("all"))
        options.all_to_error = true;
    else if (means("errors") || means("client"))
        options.all_to_error = false;
    else
        return refuse(fmt::format("--stderr mode \"{}\" is not one of errors, all, or client", mode));
    return {};
}

}  // namespace

Outcome apply_output(Options& options, Special special, bool on, const std::string& value)
{
    switch (special) {
        case Special::Info:
            if (auto added = options.info.add(value); !added)
                return refuse(fmt::format("Unknown --info item: \"{}\"", added.error()));
            options.info_help = options.info.help();
            return {};
        case Special::Debug:
            if (auto added = options.debug.add(value); !added)
                return refuse(fmt::format("Unknown --debug item: \"{}\"", added.error()));
            options.debug_help = options.debug.help();
            return {};
        case Special::StandardError: return choose_error_stream(options, value);
        case Special::MessagesToError: options.all_to_error = on; return {};
        case Special::OutputBuffering:
            if (value.empty() || !std::string_view("NnLlBb").contains(value[0]))
                return refuse("Invalid --outbuf setting -- specify N, L, or B.");
            options.line_buffered = value[0] != 'B' && value[0] != 'b';
            return {};
        case Special::OutFormat: options.out_format = value; return {};
        case Special::LogFile: options.log_file = value; return {};
        case Special::LogFileFormat: options.log_file_format = value; return {};
        default: return {};
    }
}

}  // namespace arsync::cli
