#pragma once
// How many workers there should be: as many as cores; more while they wait for devices or servers rather than work;
// fewer while the system is short of descriptors or memory.

#include <atomic>

namespace arsync::sync {

class Staffing {
public:
    /// `regular` workers, never more than `most`, which is not less.
    Staffing(unsigned regular, unsigned most) : regular_(regular), most_(most), count_(regular) {}

    [[nodiscard]] unsigned count() const { return count_.load(std::memory_order_relaxed); }

    /// Something failed for want of descriptors or memory. From any thread.
    void shortage() { short_.store(true, std::memory_order_relaxed); }

    /// To be called regularly, by one thread. `busy`: how many cores' worth of time was used since the last call;
    /// `all_taken`: every worker has something to do, and more is waiting.
    void observe(double busy, bool all_taken);

private:
    void set(unsigned count) { count_.store(count, std::memory_order_relaxed); }

    const unsigned regular_;
    const unsigned most_;
    std::atomic<unsigned> count_;
    std::atomic<bool> short_ = false;
    unsigned patience_ = 0;  // calls until there may be more again
};

}  // namespace arsync::sync
