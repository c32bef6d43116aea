#include "platform/event_loop.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

#include "signals_as_before.h"
#include "temp_directory.h"

namespace arsync::platform {
namespace {

using test::code;
using namespace std::chrono_literals;

class PlatformEventLoop : public testing::Test {
protected:
    static void raise(int number) { ASSERT_EQ(::kill(::getpid(), number), 0); }

private:
    const test::SignalsAsBefore signals_;
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

TEST_F(PlatformEventLoop, WorkFromOtherThreadsIsDoneInOrderOnTheLoopsThread)
{
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    std::vector<int> done;
    std::vector<std::thread::id> by;
    std::thread other([&] {
        for (int i = 0; i < 100; ++i)
            loop->post([&, i] {
                done.push_back(i);
                by.push_back(std::this_thread::get_id());
            });
        loop->post([&] { loop->stop(); });
    });
    ASSERT_EQ(code(loop->run()), 0);
    other.join();
    ASSERT_EQ(done.size(), 100U);
    EXPECT_TRUE(std::ranges::is_sorted(done));
    EXPECT_EQ(std::ranges::count(by, std::this_thread::get_id()), 100);
}

TEST_F(PlatformEventLoop, WorkThatIsHandedOverBeforeRunIsDone)
{
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    int done = 0;
    loop->post([&] {
        ++done;
        loop->post([&] {
            ++done;
            loop->stop();
        });
    });
    ASSERT_EQ(code(loop->run()), 0);
    EXPECT_EQ(done, 2);
}

/// Two ends of a pipe.
struct Pipe {
    Pipe()
    {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        reading = Handle(ends[0]);
        writing = Handle(ends[1]);
    }
    Handle reading;
    Handle writing;
};

TEST_F(PlatformEventLoop, DataInAPipeIsTold)
{
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    const Pipe pipe;
    std::string read;
    ASSERT_EQ(code(loop->on_ready(pipe.reading, Readiness::Readable,
                                  [&] {
                                      char byte = 0;
                                      ASSERT_EQ(::read(pipe.reading.get(), &byte, 1), 1);
                                      read += byte;
                                      if (read.size() == 3) loop->stop();
                                  })),
              0);
    std::thread other([&] {
        for (const char* byte : {"a", "b", "c"}) {
            std::this_thread::sleep_for(5ms);
            EXPECT_EQ(::write(pipe.writing.get(), byte, 1), 1);
        }
    });
    ASSERT_EQ(code(loop->run()), 0);
    other.join();
    EXPECT_EQ(read, "abc");
}

TEST_F(PlatformEventLoop, ReadinessIsToldAsLongAsItLasts)
{
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    const Pipe pipe;
    ASSERT_EQ(::write(pipe.writing.get(), "x", 1), 1);
    int calls = 0;
    ASSERT_EQ(code(loop->on_ready(pipe.reading, Readiness::Readable,
                                  [&] {
                                      if (++calls == 3) loop->stop();  // nothing is read
                                  })),
              0);
    ASSERT_EQ(code(loop->run()), 0);
    EXPECT_GE(calls, 3);
}

TEST_F(PlatformEventLoop, OtherEndThatIsClosedIsTold)
{
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    Pipe pipe;
    int calls = 0;
    ASSERT_EQ(code(loop->on_ready(pipe.reading, Readiness::Readable,
                                  [&] {
                                      ++calls;
                                      loop->stop();
                                  })),
              0);
    pipe.writing = Handle();
    ASSERT_EQ(code(loop->run()), 0);
    EXPECT_GE(calls, 1);
}

TEST_F(PlatformEventLoop, PipeWithRoomIsWritable)
{
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    const Pipe pipe;
    bool writable = false;
    ASSERT_EQ(code(loop->on_ready(pipe.writing, Readiness::Writable,
                                  [&] {
                                      writable = true;
                                      loop->stop();
                                  })),
              0);
    ASSERT_EQ(code(loop->run()), 0);
    EXPECT_TRUE(writable);
}

TEST_F(PlatformEventLoop, EmptyHandlerEndsTheWatching)
{
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    const Pipe pipe;
    ASSERT_EQ(::write(pipe.writing.get(), "x", 1), 1);
    int calls = 0;
    ASSERT_EQ(code(loop->on_ready(pipe.reading, Readiness::Readable,
                                  [&] {
                                      ++calls;
                                      EXPECT_EQ(code(loop->on_ready(pipe.reading, Readiness::Readable, {})), 0);
                                  })),
              0);
    ASSERT_EQ(code(loop->on_tick(10ms, [&] { loop->stop(); })), 0);
    ASSERT_EQ(code(loop->run()), 0);
    EXPECT_EQ(calls, 1);
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
