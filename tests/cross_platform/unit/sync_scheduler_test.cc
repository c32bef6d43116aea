#include "sync/scheduler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>

namespace arsync::sync {
namespace {

using namespace std::chrono_literals;

class CallTask : public Task {
public:
    explicit CallTask(std::function<void()> call) : call_(std::move(call)) {}
    void run(Worker&) override { call_(); }

private:
    std::function<void()> call_;
};

std::unique_ptr<Task> task(std::function<void()> call)
{
    return std::make_unique<CallTask>(std::move(call));
}

class SyncScheduler : public testing::Test {
protected:
    /// Runs all that was pushed; a deadlock ends the program, since its threads cannot be ended.
    static void run(Scheduler& scheduler)
    {
        std::promise<void> done;
        const auto finished = done.get_future();
        scheduler.start([&] { done.set_value(); });
        if (finished.wait_for(60s) != std::future_status::ready) {
            std::fputs("the scheduler does not end\n", stderr);
            std::abort();
        }
        scheduler.join();
    }

    static bool never() { return false; }

    platform::VolumePairs volumes_;
};

/// Notes its name, then starts a task for each child: a tree of tasks.
class TreeWalk {
public:
    explicit TreeWalk(Scheduler& scheduler) : scheduler_(scheduler) {}

    std::unique_ptr<Task> visit(const std::string& name, int depth)
    {
        return task([this, name, depth] {
            {
                const std::lock_guard lock(mutex_);
                visited_.push_back(name);
            }
            std::vector<std::unique_ptr<Task>> children;
            for (const char* child : {"a", "b", "c"}) {
                if (depth > 0) children.push_back(visit(name + child, depth - 1));
            }
            scheduler_.push(std::move(children));
        });
    }

    [[nodiscard]] const std::vector<std::string>& visited() const { return visited_; }

private:
    Scheduler& scheduler_;
    std::mutex mutex_;
    std::vector<std::string> visited_;
};

TEST_F(SyncScheduler, OneWorkerTakesTasksInTreeOrder)
{
    Scheduler scheduler({.regular = 1, .most = 1}, volumes_, never);
    TreeWalk walk(scheduler);
    scheduler.push(walk.visit("/", 2));
    run(scheduler);
    EXPECT_EQ(walk.visited(), (std::vector<std::string>{"/", "/a", "/aa", "/ab", "/ac", "/b", "/ba", "/bb", "/bc", "/c",
                                                        "/ca", "/cb", "/cc"}));
}

TEST_F(SyncScheduler, ManyWorkersRunEveryTaskOnce)
{
    Scheduler scheduler({.regular = 8, .most = 8}, volumes_, never);
    TreeWalk walk(scheduler);
    scheduler.push(walk.visit("/", 8));
    run(scheduler);
    auto names = walk.visited();
    EXPECT_EQ(names.size(), 9841U);  // (3^9 - 1) / 2
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST_F(SyncScheduler, HoldingBackNeverStopsTheLastWorker)
{
    Scheduler scheduler({.regular = 8, .most = 8}, volumes_, [] { return true; });
    TreeWalk walk(scheduler);
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    std::vector<std::unique_ptr<Task>> tasks;
    for (int i = 0; i < 50; ++i) {
        tasks.push_back(task([&] {
            most = std::max(most.load(), ++running);
            std::this_thread::sleep_for(1ms);
            --running;
        }));
    }
    tasks.push_back(walk.visit("/", 4));
    scheduler.push(std::move(tasks));
    run(scheduler);
    EXPECT_EQ(walk.visited().size(), 121U);
    EXPECT_EQ(most, 1);
}

TEST_F(SyncScheduler, HoldingBackCanEndAtAnyTime)
{
    // As the backlog of the sequencer does: full until some task has run.
    std::atomic<int> run_so_far = 0;
    Scheduler scheduler({.regular = 4, .most = 4}, volumes_, [&] { return run_so_far % 7 < 5; });
    std::vector<std::unique_ptr<Task>> tasks;
    for (int i = 0; i < 5000; ++i) tasks.push_back(task([&] { ++run_so_far; }));
    scheduler.push(std::move(tasks));
    run(scheduler);
    EXPECT_EQ(run_so_far, 5000);
}

TEST_F(SyncScheduler, WorkersRunAtTheSameTime)
{
    Scheduler scheduler({.regular = 2, .most = 2}, volumes_, never);
    std::promise<void> first;
    std::promise<void> second;
    const auto meet = [](std::promise<void>& mine, std::promise<void>& other) {
        return task([&] {
            mine.set_value();
            EXPECT_EQ(other.get_future().wait_for(30s), std::future_status::ready);
        });
    };
    scheduler.push(meet(first, second));
    scheduler.push(meet(second, first));
    run(scheduler);
}

TEST_F(SyncScheduler, EndsWithNothingToDoAndStartsAgain)
{
    Scheduler scheduler({.regular = 3, .most = 3}, volumes_, never);
    run(scheduler);
    int count = 0;
    for (int round = 0; round < 3; ++round) {
        scheduler.push(task([&] { ++count; }));
        run(scheduler);
    }
    EXPECT_EQ(count, 3);
}

TEST_F(SyncScheduler, TasksAreGoneWhenItIsDone)
{
    const auto token = std::make_shared<int>(0);
    Scheduler scheduler({.regular = 2, .most = 2}, volumes_, never);
    for (int i = 0; i < 10; ++i) scheduler.push(task([token] {}));
    run(scheduler);
    EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace arsync::sync
