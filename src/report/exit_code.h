#pragma once
// rsync's exit codes and the words that go with them. Source: rsync(1), EXIT VALUES; the texts as rsync 3.5 prints
// them.

#include <string>

#include "sync/run.h"

namespace arsync::report {

enum class ExitCode : int {
    Success = 0,
    Usage = 1,
    Selection = 3,
    Unsupported = 4,
    FileIo = 11,
    Diagnostics = 13,
    Interrupted = 20,
    OutOfMemory = 22,
    Partial = 23,
    Vanished = 24,
    DeletionLimit = 25,
};

[[nodiscard]] ExitCode exit_code(sync::Ending ending);

/// The last line on standard error, `arsync error: TEXT (code N)`, without newline.
[[nodiscard]] std::string closing_error(ExitCode code);

}  // namespace arsync::report
