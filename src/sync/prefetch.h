#pragma once
// Trees that are not in the cache: what takes time there is waiting for the device, not work. When what the workers
// look at turns out to be cold, helpers go ahead of them: they look at what will be looked at and have the system
// fetch the data of files that will be copied. When they find everything in the cache already, they stop.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/metadata.h"
#include "sync/node.h"

namespace arsync::sync {

struct Progress;

/// Names that will be worked on soon.
struct Ahead {
    HeldSource source;          // on disk
    HeldDirectory destination;  // null: nothing is there
    std::vector<std::string> files;
    std::vector<std::string> directories;
};

class Prefetch {
public:
    /// `progress` tells how far the workers are; `helpers` is how many there may be.
    Prefetch(const Progress& progress, unsigned helpers) : progress_(progress), most_(helpers) {}
    ~Prefetch() { stop(); }
    Prefetch(const Prefetch&) = delete;
    Prefetch& operator=(const Prefetch&) = delete;

    /// A worker had to wait for a device, or had not. From any thread.
    void worker_looked(bool waited)
    {
        // What the helpers have fetched is no sign that they are not needed.
        if (waited || !wanted()) note(waited);
    }
    /// Whether it is worth telling what is ahead.
    [[nodiscard]] bool wanted() const { return most_ > 0 && coldness_.load(std::memory_order_relaxed) >= kCold; }

    /// What comes first in `ahead` will be needed first, and before what was told earlier. From any thread.
    void go(std::vector<Ahead> ahead);

    /// Forgets what is waiting and ends the helpers.
    void stop();

private:
    static constexpr int kCold = 32;
    static constexpr int kColdest = 128;
    static constexpr int kStep = 8;  // one thing that was cold counts as much as so many that were not

    /// What one helper does at once.
    struct Piece {
        HeldSource source;
        HeldDirectory destination;
        std::string name;
        bool is_directory = false;
    };

    void note(bool waited);
    void help();
    [[nodiscard]] bool take(Piece& piece);
    [[nodiscard]] bool too_far() const;
    void fetch(const platform::Directory& source, const platform::Directory* destination, NameView name);
    void fetch_directory(const Piece& piece);

    const Progress& progress_;
    const unsigned most_;
    std::atomic<int> coldness_ = 0;
    std::atomic<std::uint64_t> files_ = 0;  // looked at
    std::atomic<std::uint64_t> bytes_ = 0;  // asked for
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Ahead> waiting_;  // the last one is next; names in it are reversed as well
    std::vector<std::thread> helpers_;
    bool closing_ = false;
};

}  // namespace arsync::sync
