#pragma once
// Carries out a job.

#include <memory>
#include <string>

#include "platform/process.h"
#include "sync/job.h"
#include "sync/observer.h"

namespace arsync::sync {

/// How a run ended, worst first; exit codes are rsync's (see report/exit_code.h).
enum class Ending : std::uint8_t {
    Complete,
    Interrupted,        // 20
    TimedOut,           // 30: --stop-after, --stop-at
    BadSelection,       // 3: the operands do not fit together
    DestinationFailed,  // 11: the destination cannot be made or opened, or a file of rules that another one names
    BatchFailed,        // 12: a batch that is damaged, or cannot be written
    RuleError,          // a merge file's syntax, a --temp-dir that is none: 1
    Partial,            // 23: something was not transferred
    Vanished,           // 24: only vanished source files
    DeletionLimited,    // 25: --max-delete stopped deletions
};

struct Outcome {
    Ending ending = Ending::Complete;
    std::string message;  // for endings that stopped the run before it began, not told yet
    std::shared_ptr<const Progress> progress;
    std::uint64_t list_nanoseconds = 0;  // until the walk was complete
    std::uint64_t elapsed_nanoseconds = 0;
};

/// Blocks until done. Handles interrupts meanwhile: temporary files are removed, the ending is Interrupted.
[[nodiscard]] Outcome run(const Job& job, Observer& observer, const platform::ProcessFacts& process);

}  // namespace arsync::sync
