#include "sync/scheduler.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <system_error>

#include "platform/process.h"

namespace arsync::sync {

namespace {

/// For all large files together that are copied chunk by chunk; they wait for the device, not for a core.
constexpr unsigned kPipelineThreads = 4;

}  // namespace

Scheduler::Scheduler(unsigned workers, platform::VolumePairs& volumes, std::function<bool()> hold_back)
    : count_(workers), volumes_(volumes), pool_(kPipelineThreads), hold_back_(std::move(hold_back))
{
}

Scheduler::~Scheduler()
{
    join();
}

void Scheduler::push(std::vector<std::unique_ptr<Task>> tasks)
{
    if (tasks.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        std::ranges::move(std::views::reverse(tasks), std::back_inserter(stack_));
    }
    if (tasks.size() == 1) {
        changed_.notify_one();
    } else {
        changed_.notify_all();
    }
}

void Scheduler::push(std::unique_ptr<Task> task)
{
    {
        const std::lock_guard lock(mutex_);
        stack_.push_back(std::move(task));
    }
    changed_.notify_one();
}

void Scheduler::start(std::function<void()> done)
{
    done_ = std::move(done);
    finished_ = false;
    try {
        for (unsigned i = 0; i < count_; ++i) threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
        // The system gives no more threads: fewer do as well, and the calling one is always there.
        if (threads_.empty()) work();
    }
}

void Scheduler::join()
{
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

bool Scheduler::may_take() const
{
    // The last busy worker never waits: what others wait for can only come from it.
    return !stack_.empty() && (busy_ == 0 || !hold_back_());
}

void Scheduler::work()
{
    platform::prepare_worker_thread();
    Worker worker(volumes_, pool_);
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return finished_ || may_take() || (stack_.empty() && busy_ == 0); });
        if (finished_) return;
        if (stack_.empty()) {
            finished_ = true;
            changed_.notify_all();
            lock.unlock();
            done_();
            return;
        }
        auto task = std::move(stack_.back());
        stack_.pop_back();
        ++busy_;
        lock.unlock();
        task->run(worker);
        task.reset();
        lock.lock();
        --busy_;
        if (busy_ == 0 || !stack_.empty()) changed_.notify_all();
    }
}

}  // namespace arsync::sync
