#include "sync/staffing.h"

#include <algorithm>

namespace arsync::sync {
namespace {

/// Below this share of the regular workers' time the cores are idle enough for more workers; above the other, further
/// workers are only in each other's way.
constexpr double kIdle = 0.5;
constexpr double kBusy = 0.9;
/// Calls of observe() to wait after a shortage, and after each step up, to see what it has changed.
constexpr unsigned kAfterShortage = 10;
constexpr unsigned kAfterGrowth = 2;

}  // namespace

void Staffing::observe(double busy, bool all_taken)
{
    const unsigned now = count();
    if (short_.exchange(false, std::memory_order_relaxed)) {
        patience_ = kAfterShortage;
        return set(std::max(now / 2, 1U));
    }
    if (patience_ > 0) {
        --patience_;
        return;
    }
    const double share = busy / regular_;
    if (now < regular_) {
        set(now + 1);
    } else if (all_taken && share < kIdle && now < most_) {
        patience_ = kAfterGrowth;
        set(std::min(now + std::max(now / 2, 1U), most_));
    } else if (share > kBusy && now > regular_) {
        set(now - 1);
    }
}

}  // namespace arsync::sync
