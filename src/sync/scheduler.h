#pragma once
// Runs tasks on a few threads. Waiting tasks form one stack in tree order, and every worker takes the one that comes
// first in rsync's order: memory stays bounded by the directories in flight, and what is told needs little waiting
// for its turn. (Why not one deque per worker: docs/adr/0001-one-ordered-stack.md.)

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/copy.h"
#include "platform/data_pipeline.h"
#include "platform/worker_pool.h"
#include "sync/node.h"
#include "sync/staffing.h"

namespace arsync::sync {

/// What a worker thread owns.
struct Worker {
    Worker(platform::VolumePairs& volumes, platform::WorkerPool& pool, const platform::IoSettings& io)
        : pipeline(platform::make_data_pipeline(pool, io)), copier(volumes)
    {
        copier.use_pipeline(pipeline.get());
    }

    std::unique_ptr<platform::DataPipeline> pipeline;
    platform::Copier copier;
    /// The directory that the last hard link was made from: links of one group tend to come in a row.
    std::shared_ptr<DirectoryNode> last_leader;
    HeldDirectory last_leader_directory;
};

class Task {
public:
    virtual ~Task() = default;
    virtual void run(Worker& worker) = 0;
};

/// Directories of one directory that wait as tasks at the same time, each with all that is known of it.
inline constexpr std::size_t kMostWaiting = 256;

class Scheduler {
public:
    struct Workers {
        unsigned regular = 1;
        unsigned most = 1;     // while they wait for devices
        unsigned helpers = 0;  // that look ahead of them in a cold tree
        platform::IoSettings io = {};
    };

    /// `hold_back` is asked between tasks: true lets a worker wait while others are busy.
    Scheduler(const Workers& workers, platform::VolumePairs& volumes, std::function<bool()> hold_back);
    ~Scheduler();

    /// Adds tasks given in the order in which they should be taken. To be called before start(), or at the end of a
    /// task: its worker goes on with one of them.
    void push(std::vector<std::unique_ptr<Task>> tasks);
    /// Adds one for somebody else. From any thread.
    void push(std::unique_ptr<Task> task);

    /// Starts the workers; `done` is called once, by a worker, when no task is waiting or running any more.
    void start(std::function<void()> done);
    void join();

    /// Adapts the number of workers to what they wait for. To be called regularly by the thread that calls start().
    void adapt();
    /// Something failed for want of descriptors or memory: there are too many workers. From any thread.
    void shortage() { staffing_.shortage(); }

private:
    void work();
    bool may_take() const;
    void wake(std::size_t workers);

    const platform::IoSettings io_;
    platform::VolumePairs& volumes_;
    Staffing staffing_;
    platform::WorkerPool pool_;
    const std::function<bool()> hold_back_;
    std::function<void()> done_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<Task>> stack_;
    unsigned busy_ = 0;
    unsigned sleeping_ = 0;
    bool finished_ = false;
    std::vector<std::thread> threads_;
    std::chrono::steady_clock::time_point looked_at_ = std::chrono::steady_clock::now();
    std::chrono::nanoseconds used_ = std::chrono::nanoseconds::zero();  // of the cores' time, until then
};

}  // namespace arsync::sync
