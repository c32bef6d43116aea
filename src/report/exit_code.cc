#include "report/exit_code.h"

#include <fmt/format.h>

#include <string_view>

namespace arsync::report {

namespace {

std::string_view text(ExitCode code)
{
    switch (code) {
        case ExitCode::Success: return "success";
        case ExitCode::Usage: return "syntax or usage error";
        case ExitCode::Selection: return "errors selecting input/output files, dirs";
        case ExitCode::Unsupported: return "requested action not supported";
        case ExitCode::FileIo: return "error in file IO";
        case ExitCode::Diagnostics: return "errors with program diagnostics";
        case ExitCode::Interrupted: return "received SIGINT, SIGTERM, or SIGHUP";
        case ExitCode::OutOfMemory: return "error allocating core memory buffers";
        case ExitCode::Partial: return "some files/attrs were not transferred (see previous errors)";
        case ExitCode::Vanished: return "some files vanished before they could be transferred";
        case ExitCode::DeletionLimit: return "the --max-delete limit stopped deletions";
    }
    return "unexplained error";
}

}  // namespace

ExitCode exit_code(sync::Ending ending)
{
    switch (ending) {
        case sync::Ending::Complete: return ExitCode::Success;
        case sync::Ending::Interrupted: return ExitCode::Interrupted;
        case sync::Ending::BadSelection: return ExitCode::Selection;
        case sync::Ending::DestinationFailed: return ExitCode::FileIo;
        case sync::Ending::RuleError: return ExitCode::Usage;
        case sync::Ending::Partial: return ExitCode::Partial;
        case sync::Ending::Vanished: return ExitCode::Vanished;
        case sync::Ending::DeletionLimited: return ExitCode::DeletionLimit;
    }
    return ExitCode::Partial;
}

std::string closing_error(ExitCode code)
{
    // rsync calls it a warning where nothing went wrong on its side; scripts look for the word.
    const std::string_view kind = code == ExitCode::Vanished ? "warning" : "error";
    return fmt::format("arsync {}: {} (code {})", kind, text(code), static_cast<int>(code));
}

}  // namespace arsync::report
