#include "platform/event_loop.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::code;
using namespace std::chrono_literals;

/// Puts the signals back as they were: a loop blocks them for the whole thread.
class PlatformEventLoop : public testing::Test {
protected:
    PlatformEventLoop() { ::pthread_sigmask(SIG_SETMASK, nullptr, &before_); }
    ~PlatformEventLoop() override { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

    static void raise(int number) { ASSERT_EQ(::kill(::getpid(), number), 0); }

private:
    sigset_t before_;
};

TEST_F(PlatformEventLoop, TicksUntilItIsStopped)
{
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    int ticks = 0;
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_EQ(code(loop->on_tick(10ms,
                                 [&] {
                                     if (++ticks == 3) loop->stop();
                                 })),
              0);
    ASSERT_EQ(code(loop->run()), 0);
    EXPECT_EQ(ticks, 3);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 30ms);
}

TEST_F(PlatformEventLoop, IsStoppedFromAnotherThread)
{
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    std::atomic<bool> asked = false;
    std::thread other([&] {
        std::this_thread::sleep_for(20ms);
        asked = true;
        loop->stop();
    });
    EXPECT_EQ(code(loop->run()), 0);
    EXPECT_TRUE(asked);
    other.join();
}

TEST_F(PlatformEventLoop, StopBeforeRunIsNotLost)
{
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    loop->stop();
    EXPECT_EQ(code(loop->run()), 0);
}

TEST_F(PlatformEventLoop, RunsAgainAfterAStop)
{
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    loop->stop();
    ASSERT_EQ(code(loop->run()), 0);
    int ticks = 0;
    ASSERT_EQ(code(loop->on_tick(5ms,
                                 [&] {
                                     if (++ticks == 2) loop->stop();
                                 })),
              0);
    ASSERT_EQ(code(loop->run()), 0);
    EXPECT_EQ(ticks, 2);
}

TEST_F(PlatformEventLoop, SignalsReachTheHandlerNotTheProcess)
{
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    std::vector<Signal> seen;
    loop->on_signal([&](Signal signal) {
        seen.push_back(signal);
        if (seen.size() == 4) loop->stop();
    });
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) raise(number);
    ASSERT_EQ(code(loop->run()), 0);
    std::ranges::sort(seen);  // signalfd(2) gives them by number, not by time
    EXPECT_EQ(seen, (std::vector{Signal::Interrupt, Signal::Terminate, Signal::HangUp, Signal::Resize}));
}

TEST_F(PlatformEventLoop, SignalThatWasIgnoredStaysSo)
{
    const auto before = std::signal(SIGHUP, SIG_IGN);  // as nohup(1) starts its child
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    std::vector<Signal> seen;
    loop->on_signal([&](Signal signal) {
        seen.push_back(signal);
        if (signal == Signal::Terminate) loop->stop();
    });
    raise(SIGHUP);
    raise(SIGTERM);
    ASSERT_EQ(code(loop->run()), 0);
    EXPECT_EQ(seen, (std::vector{Signal::Terminate}));
    std::signal(SIGHUP, before);
}

TEST_F(PlatformEventLoop, GoesOnAfterAMove)
{
    auto created = EventLoop::create();
    ASSERT_TRUE(created);
    bool ticked = false;
    EventLoop loop = *std::move(created);
    ASSERT_EQ(code(loop.on_tick(1ms,
                                [&] {
                                    ticked = true;
                                    loop.stop();
                                })),
              0);
    ASSERT_EQ(code(loop.run()), 0);
    EXPECT_TRUE(ticked);
}

}  // namespace
}  // namespace arsync::platform
