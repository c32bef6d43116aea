#pragma once
// Waits on one thread for timers, signals, readiness and work handed over by other threads (Linux: epoll, macOS:
// kqueue).

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/error.h"
#include "platform/handle.h"

namespace arsync::platform {

/// Signals that the program handles.
enum class Signal : std::uint8_t {
    Interrupt,
    Terminate,
    HangUp,
    Resize,
    Report,  // macOS: SIGINFO, Ctrl-T: how far is it?
};

enum class Readiness : std::uint8_t { Readable, Writable };

class EventLoop {
public:
    enum class Signals : std::uint8_t { Handled, Left };

    /// Handled: blocks the handled signals for this thread and all that it starts afterwards (create the loop before
    /// threads). Left: to whoever handles them.
    [[nodiscard]] static Result<EventLoop> create(Signals signals = Signals::Handled);
    EventLoop(EventLoop&&) noexcept;
    EventLoop& operator=(EventLoop&&) noexcept;
    ~EventLoop();

    void on_signal(std::function<void(Signal)> handler);
    /// Calls `handler` every `period`; one timer per loop.
    [[nodiscard]] Status on_tick(std::chrono::milliseconds period, std::function<void()> handler);

    /// Calls `handler` while the descriptor (a pipe, socket or terminal, not a regular file) is ready, also when the
    /// other end is closed. An empty handler ends that; so must be done before the descriptor is closed.
    [[nodiscard]] Status on_ready(const Handle& handle, Readiness readiness, std::function<void()> handler);

    /// Has `work` done by run(), or the next one, in the order of the calls. From any thread.
    void post(std::function<void()> work);
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
