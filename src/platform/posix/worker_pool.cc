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

void WorkerPool::submit(EventLoop& loop, std::function<void()> job, std::function<void()> done)
{
    std::unique_lock lock(mutex_);
    if (waiting_.size() >= idle_ && threads_.size() < most_) {
        try {
            threads_.emplace_back([this] { work(); });
        } catch (const std::system_error&) {
            // The system gives no more threads: fewer do as well, and without any the caller does it.
            if (threads_.empty()) {
                lock.unlock();
                job();
                loop.post(std::move(done));
                return;
            }
        }
    }
    waiting_.push_back({&loop, std::move(job), std::move(done)});
    lock.unlock();
    changed_.notify_one();
}

void WorkerPool::work()
{
    prepare_worker_thread();
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
        --idle_;
        if (waiting_.empty()) return;
        Job job = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        job.work();
        job.loop->post(std::move(job.done));
        lock.lock();
    }
}

}  // namespace arsync::platform
