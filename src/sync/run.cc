#include "sync/run.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "platform/event_loop.h"
#include "sync/context.h"
#include "sync/link_groups.h"
#include "sync/roots.h"
#include "sync/survey.h"

namespace arsync::sync {
namespace {

using Clock = std::chrono::steady_clock;

/// More workers than this do not help: creating files in one file system serialises inside the kernel.
constexpr unsigned kMostWorkers = 16;
constexpr std::uint64_t kDescriptorsPerWorker = 32;

unsigned worker_count(const Limits& limits, const platform::ProcessFacts& process)
{
    // With few descriptors one worker is the better answer: a file is never given up for want of them.
    const auto affordable = std::max<std::uint64_t>(process.descriptors / kDescriptorsPerWorker, 1);
    const auto wanted = limits.workers > 0 ? limits.workers : std::clamp(process.cores, 2U, kMostWorkers);
    return static_cast<unsigned>(std::min<std::uint64_t>(wanted, affordable));
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
    if (troubles.rules_broken) return Ending::RuleError;
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
    Context context(job, observer, process, worker_count(job.limits, process));
    outcome.progress = context.progress;
    handle_signals(context, *loop);
    static_cast<void>(
        loop->on_tick(job.tick, [&] { context.sequencer.between_events([](Observer& its) { its.tick(); }); }));
    observer.started(*context.progress);

    Segment* first = context.sequencer.first();
    auto root = open_roots(context, first);
    if (!root) {
        outcome.ending = root.error().ending;
        outcome.message = root.error().message;
        return outcome;
    }
    Driver driver(context, *loop);
    if (job.deletion.moment == DeleteMoment::Sure) {
        context.surveying = true;
        driver.drive(make_survey_task(context, *root, first));
        context.surveying = false;
        if (context.survey_failed || !root->complete) context.troubles.source_unlisted = true;
    }
    context.unlisted = 1;
    Segment* last = context.sequencer.insert_after(first);
    driver.drive(make_root_task(context, std::move(*root), first));
    driver.drive(make_waiting_group_tasks(context, last));
    context.sequencer.close(last);
    context.sequencer.finish();
    tell_deletion_limit(context);

    outcome.ending = ending_of(context);
    outcome.list_nanoseconds = context.list_nanoseconds;
    outcome.elapsed_nanoseconds = nanoseconds_since(start);
    return outcome;
}

}  // namespace arsync::sync
