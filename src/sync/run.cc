#include "sync/run.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "platform/event_loop.h"
#include "sync/batch_recorder.h"
#include "sync/context.h"
#include "sync/delete_pass.h"
#include "sync/late_work.h"
#include "sync/link_groups.h"
#include "sync/list_task.h"
#include "sync/roots.h"
#include "sync/source_removal.h"
#include "sync/surplus.h"
#include "sync/survey.h"

namespace arsync::sync {
namespace {

using Clock = std::chrono::steady_clock;

/// More workers than this do not help: creating files in one file system serialises inside the kernel.
constexpr unsigned kMostWorkers = 16;
/// Enough to keep a disk or a server busy; more gained nothing.
constexpr unsigned kHelpers = 8;
constexpr std::uint64_t kDescriptorsPerWorker = 32;
/// Buffers for large files may take this share of --max-memory.
constexpr std::uint64_t kBufferShare = 8;

Scheduler::Workers workers_for(const Job& job, const platform::ProcessFacts& process)
{
    const auto& limits = job.limits;
    // With few descriptors one worker is the better answer: a file is never given up for want of them.
    const auto affordable =
        static_cast<unsigned>(std::clamp<std::uint64_t>(process.descriptors / kDescriptorsPerWorker, 1, kMostJobs));
    const auto in_flight = limits.files_in_flight > 0 ? limits.files_in_flight : kMostJobs;
    const auto wanted = limits.workers > 0 ? limits.workers : std::clamp(process.cores, 2U, kMostWorkers);
    Scheduler::Workers workers;
    workers.regular = std::min({wanted, affordable, in_flight});
    workers.most = limits.workers > 0 ? workers.regular
                                      : std::max(workers.regular, std::min({kMostWorkers, affordable, in_flight}));
    workers.helpers = std::min({kHelpers, affordable - workers.regular, in_flight - workers.regular});
    workers.io = job.writing.io;
    workers.io.memory = memory_limit(limits) / kBufferShare / workers.regular;
    return workers;
}

std::uint64_t nanoseconds_since(Clock::time_point start)
{
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count());
}

/// Runs everything that is waiting in the scheduler, with the calling thread in the event loop.
class Driver {
public:
    Driver(Context& context, platform::EventLoop& loop) : context_(context), loop_(loop) {}

    void drive(std::unique_ptr<Task> first)
    {
        std::vector<std::unique_ptr<Task>> tasks;
        tasks.push_back(std::move(first));
        drive(std::move(tasks));
    }

    void drive(std::vector<std::unique_ptr<Task>> tasks)
    {
        if (tasks.empty()) return;
        context_.scheduler.push(std::move(tasks));
        context_.scheduler.start([this] { loop_.stop(); });
        // Without an event loop there are no ticks and no orderly interrupts, but the work still ends.
        static_cast<void>(loop_.run());
        context_.scheduler.join();
    }

private:
    Context& context_;
    platform::EventLoop& loop_;
};

void handle_signals(Context& context, platform::EventLoop& loop)
{
    loop.on_signal([&context](platform::Signal signal) {
        if (signal == platform::Signal::Resize) return;
        if (signal == platform::Signal::Report)
            return context.sequencer.between_events([](Observer& observer) { observer.report(); });
        if (context.cancelled.exchange(true)) platform::die_by_interrupt();
    });
}

Ending ending_of(const Context& context)
{
    const auto& troubles = context.troubles;
    if (troubles.rules_unreadable) return Ending::DestinationFailed;
    if (troubles.rules_broken) return Ending::RuleError;
    if (troubles.batch_broken && !context.cancelled) return Ending::BatchFailed;
    if (context.stopped) return Ending::TimedOut;
    if (context.cancelled) return Ending::Interrupted;
    if (troubles.partial) return Ending::Partial;
    if (troubles.deletions_over_limit > 0 && !troubles.vanished) return Ending::DeletionLimited;
    if (troubles.operand_missing) return Ending::Partial;
    if (troubles.vanished) return Ending::Vanished;
    return Ending::Complete;
}

void tell_deletion_limit(Context& context)
{
    const auto skipped = context.troubles.deletions_over_limit.load();
    if (skipped == 0) return;
    context.sequencer.between_events([&](Observer& observer) {
        observer.notice({.kind = NoticeKind::DeletionLimit, .path = {}, .count = skipped});
    });
}

}  // namespace

Outcome run(const Job& job, Observer& observer, const platform::ProcessFacts& process)
{
    const auto start = Clock::now();
    auto loop = platform::EventLoop::create();
    Outcome outcome;
    if (!loop) {
        outcome.ending = Ending::DestinationFailed;
        outcome.message = "cannot wait for events: " + loop.error().reason();
        return outcome;
    }
    platform::fetch_dataless_files(job.selection.fetch_dataless);
    Context context(job, observer, process, workers_for(job, process));
    outcome.progress = context.progress;
    handle_signals(context, *loop);
    static_cast<void>(loop->on_tick(job.tick, [&] {
        if (job.limits.stop_at && std::chrono::system_clock::now() >= *job.limits.stop_at && !context.cancelled)
            context.stopped = context.cancelled = true;
        context.scheduler.adapt();
        context.sequencer.between_events([](Observer& its) { its.tick(); });
    }));
    observer.started(*context.progress);

    Segment* first = context.sequencer.first();
    auto root = open_roots(context, first);
    if (!root) {
        outcome.ending = root.error().ending;
        outcome.message = root.error().message;
        return outcome;
    }
    if (context.recorder) context.recorder->begin(root->has_contents);
    Driver driver(context, *loop);
    const bool before = job.deletion.moment == DeleteMoment::Before;
    const bool sure = (job.deletion.moment == DeleteMoment::Sure || before) && !job.list_only;
    if (sure || job.selection.prune_empty) {
        Survey survey(context, *root, first);
        context.surveying = true;
        driver.drive(survey.task());
        context.surveying = false;
        driver.drive(survey.tell_of_pruned());
        if (sure && (context.survey_failed || !root->complete)) context.troubles.source_unlisted = true;
    }
    if (job.deletion.moment != DeleteMoment::Never && !deletes_while_walking(job.deletion) && !job.list_only) {
        context.surveying = true;  // the transfer tells what it cannot list
        driver.drive(make_delete_pass(context, *root, first));
        context.surveying = false;
    }
    context.unlisted = 1;
    Segment* last = context.sequencer.insert_after(first);
    // Nothing else holds the root's list, so that its memory is free as soon as it is done with.
    driver.drive(job.list_only ? make_list_task(context, std::move(*root), first)
                               : make_root_task(context, std::move(*root), first));
    context.prefetch.stop();
    driver.drive(make_waiting_group_tasks(context, last));
    driver.drive(make_retry_tasks(context, last));
    driver.drive(make_placing_tasks(context, last));
    if (const auto restored = context.sides.restore_time(); !restored)
        context.fail(last, restored.error(), *job.writing.temporary_dir);
    remove_waiting_sources(context, last);
    if (context.troubles.source_unread && job.deletion.moment == DeleteMoment::After)
        context.troubles.source_unlisted = true;
    remove_delayed(context, last);
    if (context.recorder) context.recorder->finish(last);
    context.sequencer.close(last);
    context.sequencer.finish();
    tell_deletion_limit(context);

    outcome.ending = ending_of(context);
    if (outcome.ending == Ending::TimedOut) outcome.message = "stopping at requested limit";
    outcome.list_nanoseconds = context.list_nanoseconds;
    outcome.elapsed_nanoseconds = nanoseconds_since(start);
    return outcome;
}

}  // namespace arsync::sync
