#pragma once
// Runs tasks on a few threads. Waiting tasks form one stack in tree order, and every worker takes the one that comes
// first in rsync's order: memory stays bounded by the directories in flight, and what is told needs little waiting
// for its turn. (Why not one deque per worker: docs/adr/0001-one-ordered-stack.md.)

#include <atomic>
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

namespace arsync::sync {

/// What a worker thread owns.
struct Worker {
    Worker(platform::VolumePairs& volumes, platform::WorkerPool& pool)
        : pipeline(platform::make_data_pipeline(pool)), copier(volumes)
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

class Scheduler {
public:
    /// `hold_back` is asked between tasks: true lets a worker wait while others are busy.
    Scheduler(unsigned workers, platform::VolumePairs& volumes, std::function<bool()> hold_back);
    ~Scheduler();

    /// Adds tasks given in the order in which they should be taken. From any thread.
    void push(std::vector<std::unique_ptr<Task>> tasks);
    void push(std::unique_ptr<Task> task);

    /// Starts the workers; `done` is called once, by a worker, when no task is waiting or running any more.
    void start(std::function<void()> done);
    void join();

private:
    void work();
    bool may_take() const;

    const unsigned count_;
    platform::VolumePairs& volumes_;
    platform::WorkerPool pool_;
    const std::function<bool()> hold_back_;
    std::function<void()> done_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<Task>> stack_;
    unsigned busy_ = 0;
    bool finished_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace arsync::sync
