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
        case ExitCode::Protocol: return "protocol incompatibility";
        case ExitCode::Selection: return "errors selecting input/output files, dirs";
        case ExitCode::Unsupported: return "requested action not supported";
        case ExitCode::StartingProtocol: return "error starting client-server protocol";
        case ExitCode::SocketIo: return "error in socket IO";
        case ExitCode::FileIo: return "error in file IO";
        case ExitCode::DataStream: return "error in rsync protocol data stream";
        case ExitCode::Diagnostics: return "errors with program diagnostics";
        case ExitCode::Ipc: return "error in IPC code";
        case ExitCode::SiblingCrashed: return "sibling process crashed";
        case ExitCode::SiblingKilled: return "sibling process terminated abnormally";
        case ExitCode::UserSignal: return "received SIGUSR1";
        case ExitCode::Interrupted: return "received SIGINT, SIGTERM, or SIGHUP";
        case ExitCode::Waiting: return "waitpid() failed";
        case ExitCode::OutOfMemory: return "error allocating core memory buffers";
        case ExitCode::Partial: return "some files/attrs were not transferred (see previous errors)";
        case ExitCode::Vanished: return "some files vanished before they could be transferred";
        case ExitCode::DeletionLimit: return "the --max-delete limit stopped deletions";
        case ExitCode::Timeout: return "timeout in data send/receive";
        case ExitCode::ConnectionTimeout: return "timeout waiting for daemon connection";
        case ExitCode::RemoteShellFailed: return "remote shell failed";
        case ExitCode::RemoteShellKilled: return "remote shell killed";
        case ExitCode::RemoteCommandNotRun: return "remote command could not be run";
        case ExitCode::RemoteCommandNotFound: return "remote command not found";
    }
    return "unexplained error";
}

}  // namespace

ExitCode exit_code(sync::Ending ending)
{
    switch (ending) {
        case sync::Ending::Complete: return ExitCode::Success;
        case sync::Ending::Interrupted: return ExitCode::Interrupted;
        case sync::Ending::TimedOut: return ExitCode::Timeout;
        case sync::Ending::BadSelection: return ExitCode::Selection;
        case sync::Ending::DestinationFailed: return ExitCode::FileIo;
        case sync::Ending::BatchFailed: return ExitCode::DataStream;
        case sync::Ending::RuleError: return ExitCode::Usage;
        case sync::Ending::Partial: return ExitCode::Partial;
        case sync::Ending::Vanished: return ExitCode::Vanished;
        case sync::Ending::DeletionLimited: return ExitCode::DeletionLimit;
    }
    return ExitCode::Partial;
}

std::string closing_error(ExitCode code, std::source_location where)
{
    // rsync calls it a warning where nothing went wrong on its side; scripts look for the word.
    const std::string_view kind = code == ExitCode::Vanished ? "warning" : "error";
    std::string_view file = where.file_name();
    file.remove_prefix(file.find_last_of('/') + 1);
    return fmt::format("rsync {}: {} (code {}) at {}({}) [arsync={}]", kind, text(code), static_cast<int>(code), file,
                       where.line(), ARSYNC_VERSION);
}

}  // namespace arsync::report
