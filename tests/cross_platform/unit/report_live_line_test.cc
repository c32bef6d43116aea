#include "report/live_line.h"

#include <gtest/gtest.h>

namespace arsync::report {
namespace {

LiveState some_state()
{
    LiveState state;
    state.found = 20000;
    state.done = 12345;
    state.in_flight = 8;
    state.bytes_found = 4'000'000'000;
    state.bytes_done = 1'500'000'000;
    state.rate = 250e6;
    state.done_rate = 500e6;
    state.elapsed = 62;
    return state;
}

TEST(LiveLine, WhileTheSourceIsBeingListed)
{
    EXPECT_EQ(format_live(some_state(), 120),
              "12,345 done, 20,000 found so far, 1.50 GB, 250.00 MB/s, 0:01:02, copying 8");
}

TEST(LiveLine, OnceEverythingIsKnown)
{
    LiveState state = some_state();
    state.walk_complete = true;
    EXPECT_EQ(format_live(state, 120),
              "12,345 of 20,000 done, 1.50 GB of 4.00 GB, 250.00 MB/s, ETA 0:00:05, 0:01:02, copying 8");
    state.failures = 1;
    state.bytes_done = state.bytes_found;
    EXPECT_EQ(format_live(state, 120),
              "12,345 of 20,000 done, 4.00 GB of 4.00 GB, 250.00 MB/s, 1 error, 0:01:02, copying 8");
}

TEST(LiveLine, NothingFoundYet)
{
    EXPECT_EQ(format_live({}, 80), "0 done, 0 found so far, 0 B, 0:00:00");
}

TEST(LiveLine, AlwaysShorterThanTheTerminal)
{
    LiveState state = some_state();
    state.walk_complete = true;
    const std::string whole = format_live(state, 200);
    for (unsigned width = 0; width < 200; ++width) {
        const std::string line = format_live(state, width);
        EXPECT_TRUE(line.size() < width || line.empty()) << width;
        EXPECT_TRUE(whole.starts_with(line)) << width;
    }
}

TEST(LiveLine, TakenFromTheCounters)
{
    sync::Progress progress;
    progress.found.regular = 3;
    progress.found.directories = 2;
    progress.done = 4;
    progress.in_flight = 1;
    progress.bytes_found = 1000;
    progress.bytes_settled = 700;
    progress.walk_complete = true;
    EXPECT_EQ(format_live(snapshot(progress), 80), "4 of 5 done, 700 B of 1.00 KB, 0:00:00, copying 1");
}

}  // namespace
}  // namespace arsync::report
