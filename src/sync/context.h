#pragma once
// What all tasks of a run share.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "platform/copy.h"
#include "platform/process.h"
#include "sync/compare.h"
#include "sync/handle_budget.h"
#include "sync/hard_links.h"
#include "sync/job.h"
#include "sync/observer.h"
#include "sync/scheduler.h"
#include "sync/sequencer.h"

namespace arsync::sync {

using Segment = Sequencer::Segment;

/// What the outcome depends on; set by any task, never taken back.
struct Troubles {
    std::atomic<bool> partial = false;          // something was not transferred
    std::atomic<bool> operand_missing = false;  // rsync lets --max-delete's exit code go before this one
    std::atomic<bool> vanished = false;         // a source file went away
    std::atomic<bool> source_unlisted = false;  // part of the source could not be listed: deletion stops
    std::atomic<bool> deletion_skip_told = false;
    std::atomic<std::uint64_t> deletions_over_limit = 0;
    std::atomic<bool> rules_broken = false;  // a merge file could not be understood: the run ends
};

struct Context {
    Context(const Job& the_job, Observer& the_observer, const platform::ProcessFacts& facts, unsigned worker_count);

    const Job& job;
    const platform::ProcessFacts& process;
    const ComparePolicy compare_policy;
    const bool wants_items;
    const bool wants_unchanged;
    const bool wants_skips;

    std::shared_ptr<Progress> progress;
    Sequencer sequencer;
    platform::VolumePairs volumes;
    Scheduler scheduler;
    HandleBudget handles;
    HardLinks links;
    Troubles troubles;
    std::atomic<bool> cancelled = false;
    std::atomic<bool> surveying = false;  // first pass of --delete: only listing the source
    std::atomic<bool> survey_failed = false;
    const std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    std::atomic<std::uint64_t> list_nanoseconds = 0;   // from start until the walk was complete
    std::atomic<std::uint64_t> unlisted = 0;           // directories known but not listed yet
    std::atomic<std::uint64_t> deletions = 0;          // done or, in a dry run, told
    std::vector<platform::FileIdentity> source_roots;  // so that they are not deleted from a destination around them
    platform::FileIdentity destination_root;           // so that it is not copied into itself

    /// Where the files of "/", if that is a source, could be reached a second time.
    std::optional<platform::FileIdentity> second_way;

    std::mutex linked_in_place;  // held while a file with several names is written in place, or unlocked for one more

    /// Whether this process may give files to that group.
    [[nodiscard]] bool may_set_group(platform::GroupId group) const;

    /// A directory's names are known; when no other is left, so is the extent of the work.
    void directory_listed();

    /// Something of the source is not known for sure: deletion stops.
    void doubt();

    // Telling. `path` is absolute; messages name what failed, where and why.
    void fail(Segment* segment, const Error& error, const std::string& path);
    void fail_message(Segment* segment, std::string message);
    /// A source name that has gone since it was listed.
    void vanished(Segment* segment, const std::string& path);
    /// An error while reading the source: gone, or failed.
    void fail_source(Segment* segment, const Error& error, const std::string& path);
    void notice(Segment* segment, NoticeKind kind, std::string path,
                platform::FileType type = platform::FileType::Unknown, std::uint64_t count = 0);
};

}  // namespace arsync::sync
