#pragma once
// --bwlimit: a token bucket that all workers draw from. Whoever comes takes his place in the queue and waits until
// those before him have been served at the agreed rate.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

#include "platform/copy.h"

namespace arsync::sync {

/// When bytes may be copied, without a clock of its own.
class TokenBucket {
public:
    using Time = std::chrono::nanoseconds;  // since any fixed moment

    explicit TokenBucket(std::uint64_t bytes_per_second) : rate_(bytes_per_second) {}

    /// Takes `bytes` at the time `now`; returns when they may be copied. What was not used while nobody came is kept
    /// for kBurst at most.
    [[nodiscard]] Time take(std::uint64_t bytes, Time now);

    static constexpr Time kBurst = std::chrono::milliseconds(100);

private:
    std::uint64_t rate_;
    Time free_at_{0};
    bool used_ = false;
};

class RateLimit : public platform::Pace {
public:
    RateLimit(std::uint64_t bytes_per_second, const std::atomic<bool>& cancel);

    void wait_for(std::uint64_t bytes) override;
    [[nodiscard]] std::size_t chunk() const override { return chunk_; }

private:
    const std::atomic<bool>& cancel_;
    const std::size_t chunk_;
    std::mutex mutex_;
    TokenBucket bucket_;
};

}  // namespace arsync::sync
