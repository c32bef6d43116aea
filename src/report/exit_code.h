#pragma once
// rsync's exit codes and the words that go with them. Source: rsync(1), EXIT VALUES; the texts as rsync 3.5 prints
// them.

#include <source_location>
#include <string>

#include "sync/run.h"

namespace arsync::report {

enum class ExitCode : int {
    Success = 0,
    Usage = 1,
    Protocol = 2,
    Selection = 3,
    Unsupported = 4,
    StartingProtocol = 5,
    SocketIo = 10,
    FileIo = 11,
    DataStream = 12,
    Diagnostics = 13,
    Ipc = 14,
    SiblingCrashed = 15,
    SiblingKilled = 16,
    UserSignal = 19,
    Interrupted = 20,
    Waiting = 21,
    OutOfMemory = 22,
    Partial = 23,
    Vanished = 24,
    DeletionLimit = 25,
    Timeout = 30,
    ConnectionTimeout = 35,
    RemoteShellFailed = 124,
    RemoteShellKilled = 125,
    RemoteCommandNotRun = 126,
    RemoteCommandNotFound = 127,
};

[[nodiscard]] ExitCode exit_code(sync::Ending ending);

/// The last line on standard error, without newline. Scripts look for `rsync error: TEXT (code N) at `, so it begins
/// like that; who it comes from stands at its end, where rsync names its process:
/// `rsync error: TEXT (code N) at FILE(LINE) [arsync=VERSION]`.
[[nodiscard]] std::string closing_error(ExitCode code, std::source_location where = std::source_location::current());

}  // namespace arsync::report
