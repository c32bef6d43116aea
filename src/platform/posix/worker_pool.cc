#include "platform/worker_pool.h"

#include <system_error>
#include <utility>

#include "platform/process.h"

namespace arsync::platform {

WorkerPool::~WorkerPool()
{
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
}

bool WorkerPool::find_thread()
{
    if (waiting_.size() < idle_) return true;
    if (threads_.size() >= most_) return false;
    try {
        threads_.emplace_back([this] { work(); });
        ++idle_;
        return true;
    } catch (const std::system_error&) {
        return false;
    }
}

void WorkerPool::submit(EventLoop& loop, std::function<void()> job, std::function<void()> done)
{
    std::unique_lock lock(mutex_);
    if (!find_thread() && threads_.empty()) {
        // The system gives no threads: the caller does it.
        lock.unlock();
        job();
        loop.post(std::move(done));
        return;
    }
    waiting_.push_back({&loop, std::move(job), std::move(done)});
    lock.unlock();
    changed_.notify_one();
}

bool WorkerPool::offer(std::function<void()> job)
{
    {
        const std::lock_guard lock(mutex_);
        if (!find_thread()) return false;
        waiting_.push_back({nullptr, std::move(job), {}});
    }
    changed_.notify_one();
    return true;
}

void WorkerPool::work()
{
    prepare_worker_thread();
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        --idle_;
        Job job = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        job.work();
        if (job.loop != nullptr) job.loop->post(std::move(job.done));
        lock.lock();
        ++idle_;
    }
}

}  // namespace arsync::platform
