#include "sync/rate_limit.h"

#include <algorithm>
#include <thread>

namespace arsync::sync {
namespace {

/// Several steps a second look smooth; small ones at high rates would only cost calls.
constexpr std::uint64_t kStepsPerSecond = 10;
constexpr std::uint64_t kLeastChunk = 4096;
constexpr std::uint64_t kMostChunk = std::uint64_t{256} << 10;
/// An interrupt does not have to wait for a long pause to end.
constexpr std::chrono::milliseconds kNap{20};

std::chrono::nanoseconds now()
{
    return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace

TokenBucket::Time TokenBucket::take(std::uint64_t bytes, Time now)
{
    const auto earliest = now - kBurst;
    if (!used_ || free_at_ < earliest) free_at_ = used_ ? earliest : now;
    used_ = true;
    // Whole seconds apart from the rest, so that nothing overflows.
    const auto seconds = bytes / rate_;
    const auto rest = static_cast<double>(bytes % rate_) / static_cast<double>(rate_);
    free_at_ += std::chrono::seconds(seconds) + Time(static_cast<Time::rep>(rest * 1e9));
    return free_at_;
}

RateLimit::RateLimit(std::uint64_t bytes_per_second, const std::atomic<bool>& cancel)
    : cancel_(cancel),
      chunk_(static_cast<std::size_t>(
          std::clamp(bytes_per_second / kStepsPerSecond / kLeastChunk * kLeastChunk, kLeastChunk, kMostChunk))),
      bucket_(bytes_per_second)
{
}

void RateLimit::wait_for(std::uint64_t bytes)
{
    std::chrono::nanoseconds until;
    {
        const std::lock_guard lock(mutex_);
        until = bucket_.take(bytes, now());
    }
    for (auto time = now(); time < until && !cancel_; time = now())
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(until - time, kNap));
}

}  // namespace arsync::sync
