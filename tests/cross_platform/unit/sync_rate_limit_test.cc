// --bwlimit's token bucket, by a clock that the test moves.
#include "sync/rate_limit.h"

#include <gtest/gtest.h>

namespace arsync::sync {
namespace {

using namespace std::chrono_literals;

TEST(SyncTokenBucket, BytesTakeTheirTime)
{
    TokenBucket bucket(1000);
    EXPECT_EQ(bucket.take(500, 10s), 10s + 500ms);
    EXPECT_EQ(bucket.take(500, 10s), 11s);           // behind the other one
    EXPECT_EQ(bucket.take(1000, 10s + 900ms), 12s);  // still queued
}

TEST(SyncTokenBucket, IdleTimeIsSavedUpToTheBurst)
{
    TokenBucket bucket(1000);
    EXPECT_EQ(bucket.take(1000, 0s), 1s);
    EXPECT_EQ(bucket.take(1000, 60s), 61s - TokenBucket::kBurst);
    EXPECT_EQ(bucket.take(1000, 60s), 62s - TokenBucket::kBurst);
}

TEST(SyncTokenBucket, ShortPausesLoseNothing)
{
    TokenBucket bucket(1000);
    auto now = 0ns;
    for (int i = 0; i < 100; ++i) now = bucket.take(10, now) + 5ms;
    EXPECT_LE(now, 1s + 20ms);
    EXPECT_GE(now, 990ms);
}

TEST(SyncTokenBucket, HugeAmountsDoNotOverflow)
{
    TokenBucket bucket(1024);
    EXPECT_EQ(bucket.take(std::uint64_t{1} << 42, 0s), std::chrono::seconds(std::uint64_t{1} << 32));
}

TEST(SyncRateLimit, ChunksAreSmoothAndNotTiny)
{
    const std::atomic<bool> cancel = false;
    EXPECT_EQ(RateLimit(1024, cancel).chunk(), 4096U);
    EXPECT_EQ(RateLimit(1 << 20, cancel).chunk(), 102400U);
    EXPECT_EQ(RateLimit(1 << 30, cancel).chunk(), 262144U);
}

TEST(SyncRateLimit, AnInterruptEndsTheWait)
{
    const std::atomic<bool> cancel = true;
    RateLimit limit(1, cancel);
    limit.wait_for(1'000'000'000);
    SUCCEED();
}

}  // namespace
}  // namespace arsync::sync
