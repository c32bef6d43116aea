#pragma once
// A few threads for calls that block. Regular files are always "ready" to kqueue and epoll, so this is how work on them
// overlaps where a system has nothing better (macOS; Linux has io_uring). What is done is told through an EventLoop.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/event_loop.h"

namespace arsync::platform {

class WorkerPool {
public:
    /// Threads start when there is something to do, `threads` at most.
    explicit WorkerPool(unsigned threads) : most_(threads) {}
    /// Waits for the jobs that were submitted.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Runs `job` on one of the threads, in the order of submission, then `done` on the thread that runs `loop`, which
    /// must live until then. One job should be a whole piece of work, not one system call. From any thread.
    void submit(EventLoop& loop, std::function<void()> job, std::function<void()> done);

    /// Runs `job` on a thread that has nothing else to do; false if there is none. From any thread.
    [[nodiscard]] bool offer(std::function<void()> job);

private:
    struct Job {
        EventLoop* loop;  // null: nobody is told
        std::function<void()> work;
        std::function<void()> done;
    };

    /// Makes sure that a thread is free for one more job. False, nothing changed, if that cannot be.
    [[nodiscard]] bool find_thread();

    void work();

    const unsigned most_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> waiting_;
    unsigned idle_ = 0;  // threads that wait for a job, or are about to
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace arsync::platform
