#pragma once
// What all tasks of a run share.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "platform/copy.h"
#include "platform/process.h"
#include "sync/backup_tree.h"
#include "sync/compare.h"
#include "sync/delayed_deletions.h"
#include "sync/handle_budget.h"
#include "sync/hard_links.h"
#include "sync/id_map.h"
#include "sync/job.h"
#include "sync/late_work.h"
#include "sync/name_list.h"
#include "sync/observer.h"
#include "sync/prefetch.h"
#include "sync/rate_limit.h"
#include "sync/scheduler.h"
#include "sync/sequencer.h"
#include "sync/side_directory.h"
#include "sync/source_removals.h"

namespace arsync::sync {

using Segment = Sequencer::Segment;

/// What the outcome depends on; set by any task, never taken back.
struct Troubles {
    std::atomic<bool> partial = false;          // something was not transferred
    std::atomic<bool> operand_missing = false;  // rsync lets --max-delete's exit code go before this one
    std::atomic<bool> vanished = false;         // a source file went away
    std::atomic<bool> source_unlisted = false;  // part of the source could not be listed: deletion stops
    std::atomic<bool> source_unread = false;    // a file of the source could not be read: --delete-after stops
    std::atomic<bool> deletion_skip_told = false;
    std::atomic<std::uint64_t> deletions_over_limit = 0;
    std::atomic<bool> rules_unreadable = false;  // a file that a merge file names cannot be read: likewise
    std::atomic<bool> batch_broken = false;      // it is damaged, or could not be written
    std::atomic<bool> rules_broken = false;      // a merge file could not be understood: the run ends
};

class BatchRecorder;

struct Context {
    Context(const Job& the_job, Observer& the_observer, const platform::ProcessFacts& facts,
            const Scheduler::Workers& workers);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    const Job& job;
    const platform::ProcessFacts& process;
    const ComparePolicy compare_policy;
    const ComparePolicy alternate_policy;  // the same for files in alternate trees: nothing is skipped there
    const bool wants_items;
    const bool wants_unchanged;
    const bool wants_skips;
    const bool wants_long_names;
    const bool wants_second_attempts;
    const bool wants_rules;

    std::shared_ptr<Progress> progress;
    Sequencer sequencer;
    platform::VolumePairs volumes;
    NameMemory name_memory;  // before all that may hold a list
    Scheduler scheduler;
    HandleBudget handles;
    Prefetch prefetch;
    HardLinks links;
    BackupTree backups;
    DelayedDeletions delayed;
    SourceRemovals removals;
    SideDirectories sides;
    LateWork late;
    std::unique_ptr<RateLimit> pace;          // null: no limit
    std::unique_ptr<BatchRecorder> recorder;  // null: no batch is written
    const IdMap user_map;
    const IdMap group_map;
    Troubles troubles;
    std::atomic<bool> cancelled = false;
    std::atomic<bool> stopped = false;    // by --stop-after or --stop-at; then it is cancelled as well
    std::atomic<bool> surveying = false;  // first pass of --delete: only listing the source
    std::atomic<bool> survey_failed = false;
    std::atomic<std::uint64_t> survey_doubts = 0;  // how often it found something that could not be read
    const std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    const Timestamp start_time;                       // by the clock on the wall
    std::atomic<std::uint64_t> list_nanoseconds = 0;  // from start until the walk was complete
    std::atomic<std::uint64_t> unlisted = 0;          // directories known but not listed yet
    std::atomic<std::uint64_t> deletions = 0;         // done or, in a dry run, told
    std::set<platform::FileIdentity> source_roots;    // so that they are not deleted from a destination around them
    platform::FileIdentity destination_root;          // so that it is not copied into itself

    std::unordered_set<std::string>
        pruned;  // -m: transfer paths of the uppermost empty directories; final after survey
    std::mutex pruned_mutex;
    std::vector<std::shared_ptr<const SelectedDirectory>> selections;  // trees of names; sources of nodes point there

    /// Where the files of "/", if that is a source, could be reached a second time.
    std::optional<platform::FileIdentity> second_way;

    std::mutex linked_in_place;  // held while a file with several names is written in place, or unlocked for one more

    /// Whether owners, devices and all xattrs are tried.
    [[nodiscard]] bool acts_as_super_user() const { return compare_policy.attributes.privileged; }

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
    /// Which rule decided about a name, if one did and the observer wants to know.
    void tell_rule(Segment* segment, const rules::FilterContext& filters, const std::string& path,
                   platform::FileType type, rules::Side side, rules::Verdict verdict);
};

}  // namespace arsync::sync
