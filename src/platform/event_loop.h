#pragma once
// Waits on one thread for timers, signals and wake-ups from other threads (Linux: epoll, macOS: kqueue).

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/error.h"

namespace arsync::platform {

/// Signals that the program handles.
enum class Signal : std::uint8_t { Interrupt, Terminate, HangUp, Resize };

class EventLoop {
public:
    /// Blocks the handled signals for this thread and all that it starts afterwards: create the loop before threads.
    [[nodiscard]] static Result<EventLoop> create();
    EventLoop(EventLoop&&) noexcept;
    EventLoop& operator=(EventLoop&&) noexcept;
    ~EventLoop();

    void on_signal(std::function<void(Signal)> handler);
    /// Calls `handler` every `period`; one timer per loop.
    [[nodiscard]] Status on_tick(std::chrono::milliseconds period, std::function<void()> handler);

    /// Makes run(), or the next one, return soon. From any thread.
    void stop();
    /// Dispatches until stop().
    [[nodiscard]] Status run();

private:
    struct State;
    explicit EventLoop(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace arsync::platform
