#include "sync/scheduler.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <system_error>

#include "platform/clock.h"
#include "platform/process.h"

namespace arsync::sync {

namespace {

/// For all large files together that are copied chunk by chunk; they wait for the device, not for a core.
constexpr unsigned kPipelineThreads = 4;

}  // namespace

Scheduler::Scheduler(const Workers& workers, platform::VolumePairs& volumes, std::function<bool()> hold_back)
    : io_(workers.io),
      volumes_(volumes),
      staffing_(workers.regular, workers.most),
      pool_(kPipelineThreads),
      hold_back_(std::move(hold_back))
{
}

Scheduler::~Scheduler()
{
    join();
}

void Scheduler::push(std::vector<std::unique_ptr<Task>> tasks)
{
    if (tasks.empty()) return;
    const std::lock_guard lock(mutex_);
    std::ranges::move(std::views::reverse(tasks), std::back_inserter(stack_));
    wake(tasks.size() - 1);
}

void Scheduler::push(std::unique_ptr<Task> task)
{
    const std::lock_guard lock(mutex_);
    stack_.push_back(std::move(task));
    wake(1);
}

/// Nobody is woken for what the caller takes itself: on virtual cores that took 25 us of each directory in a chain.
void Scheduler::wake(std::size_t workers)
{
    for (auto left = std::min<std::size_t>(workers, sleeping_); left > 0; --left) changed_.notify_one();
}

void Scheduler::start(std::function<void()> done)
{
    done_ = std::move(done);
    finished_ = false;
    try {
        while (threads_.size() < staffing_.count()) threads_.emplace_back([this] { work(); });
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
    return !stack_.empty() && (busy_ == 0 || (busy_ < staffing_.count() && !hold_back_()));
}

void Scheduler::adapt()
{
    const auto now = std::chrono::steady_clock::now();
    const auto used = platform::processor_time();
    const auto passed = std::chrono::nanoseconds(now - looked_at_);
    bool all_taken = false;
    {
        const std::lock_guard lock(mutex_);
        if (finished_) return;
        all_taken = !stack_.empty() && busy_ >= staffing_.count();
    }
    if (passed.count() > 0)
        staffing_.observe(static_cast<double>((used - used_).count()) / static_cast<double>(passed.count()), all_taken);
    looked_at_ = now;
    used_ = used;
    try {
        while (threads_.size() < staffing_.count()) threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
        staffing_.shortage();
    }
    changed_.notify_all();  // those that had to wait may go on
}

void Scheduler::work()
{
    platform::prepare_worker_thread();
    Worker worker(volumes_, pool_, io_);
    std::unique_lock lock(mutex_);
    for (;;) {
        ++sleeping_;
        changed_.wait(lock, [this] { return finished_ || may_take() || (stack_.empty() && busy_ == 0); });
        --sleeping_;
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
        if (stack_.size() > 1) wake(1);  // one that was held back may go on
    }
}

}  // namespace arsync::sync
