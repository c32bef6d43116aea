// kqueue(2): EVFILT_SIGNAL, EVFILT_TIMER, EVFILT_READ, EVFILT_WRITE, and EVFILT_USER for what other threads want.

#include "platform/event_loop.h"

#include <sys/event.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <map>
#include <optional>

#include "platform/handle.h"
#include "platform/posix/posted_work.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

constexpr std::array<int, 5> kSignals = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGINFO};
constexpr std::uintptr_t kWakeUp = 1;
constexpr std::uintptr_t kTick = 2;

std::optional<Signal> signal_of(std::uintptr_t number)
{
    switch (number) {
        case SIGINT: return Signal::Interrupt;
        case SIGTERM: return Signal::Terminate;
        case SIGHUP: return Signal::HangUp;
        case SIGWINCH: return Signal::Resize;
        case SIGINFO: return Signal::Report;
        default: return std::nullopt;
    }
}

std::int16_t filter_of(Readiness readiness)
{
    return readiness == Readiness::Readable ? EVFILT_READ : EVFILT_WRITE;
}

}  // namespace

struct EventLoop::State {
    using Watched = std::pair<std::uintptr_t, std::int16_t>;

    Handle queue;
    PostedWork posted;
    std::function<void(Signal)> signal_handler;
    std::function<void()> tick_handler;
    std::map<Watched, std::function<void()>> ready_handlers;

    [[nodiscard]] Status change(std::uintptr_t ident, std::int16_t filter, std::uint16_t flags,
                                std::uint32_t filter_flags = 0, std::int64_t data = 0) const
    {
        struct kevent event;
        EV_SET(&event, ident, filter, flags, filter_flags, data, nullptr);
        const int result = sys::call("kevent", [&] { return ::kevent(queue.get(), &event, 1, nullptr, 0, nullptr); });
        if (result == -1) return fail(Operation::Wait, errno);
        return {};
    }

    /// From any thread. Triggering an event that exists fails for no reason that kevent(2) knows.
    void wake_up() const { static_cast<void>(change(kWakeUp, EVFILT_USER, 0, NOTE_TRIGGER)); }

    [[nodiscard]] Status watch_signals() const
    {
        sigset_t handled;
        sigemptyset(&handled);
        for (const int number : kSignals) {
            // A signal that was ignored when the program began stays so: that is how nohup protects its child.
            struct sigaction before{};
            if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
            sigaddset(&handled, number);
            const auto watched = change(static_cast<std::uintptr_t>(number), EVFILT_SIGNAL, EV_ADD);
            if (!watched) return watched;
        }
        // The filter sees signals before they are delivered, blocked or not. [kqueue(2)]
        ::pthread_sigmask(SIG_BLOCK, &handled, nullptr);
        return {};
    }

    void dispatch(const struct kevent& event)
    {
        if (event.filter == EVFILT_SIGNAL) {
            const auto signal = signal_of(event.ident);
            // `data` counts those since the last look: a second interrupt must not get lost.
            for (auto times = event.data; signal && signal_handler && times > 0; --times) signal_handler(*signal);
        } else if (event.filter == EVFILT_TIMER) {
            if (tick_handler) tick_handler();
        } else if (const auto found = ready_handlers.find({event.ident, event.filter}); found != ready_handlers.end()) {
            const auto handler = found->second;  // it may end its own watch
            handler();
        }
    }
};

EventLoop::EventLoop(std::unique_ptr<State> state) : state_(std::move(state)) {}
EventLoop::EventLoop(EventLoop&&) noexcept = default;
EventLoop& EventLoop::operator=(EventLoop&&) noexcept = default;
EventLoop::~EventLoop() = default;

Result<EventLoop> EventLoop::create(Signals signals)
{
    auto state = std::make_unique<State>();
    state->queue = Handle(sys::call("kqueue", [] { return ::kqueue(); }));
    if (!state->queue) return fail(Operation::Wait, errno);
    if (const auto made = state->change(kWakeUp, EVFILT_USER, EV_ADD | EV_CLEAR); !made)
        return std::unexpected(made.error());
    if (signals == Signals::Handled) {
        if (const auto watched = state->watch_signals(); !watched) return std::unexpected(watched.error());
    }
    return EventLoop(std::move(state));
}

void EventLoop::on_signal(std::function<void(Signal)> handler)
{
    state_->signal_handler = std::move(handler);
}

Status EventLoop::on_tick(std::chrono::milliseconds period, std::function<void()> handler)
{
    state_->tick_handler = std::move(handler);
    return state_->change(kTick, EVFILT_TIMER, EV_ADD, 0, period.count());  // milliseconds are the default unit
}

Status EventLoop::on_ready(const Handle& handle, Readiness readiness, std::function<void()> handler)
{
    const State::Watched watched{static_cast<std::uintptr_t>(handle.get()), filter_of(readiness)};
    if (!handler) {
        if (state_->ready_handlers.erase(watched) == 0) return {};
        return state_->change(watched.first, watched.second, EV_DELETE);
    }
    state_->ready_handlers[watched] = std::move(handler);
    auto added = state_->change(watched.first, watched.second, EV_ADD);
    if (!added) state_->ready_handlers.erase(watched);
    return added;
}

void EventLoop::post(std::function<void()> work)
{
    if (state_->posted.add(std::move(work))) state_->wake_up();
}

void EventLoop::stop()
{
    if (state_->posted.stop()) state_->wake_up();
}

Status EventLoop::run()
{
    for (;;) {
        std::array<struct kevent, 8> events;
        const int count = sys::call("kevent", [&] {
            return ::kevent(state_->queue.get(), nullptr, 0, events.data(), static_cast<int>(events.size()), nullptr);
        });
        if (count == -1) return fail(Operation::Wait, errno);
        bool stopped = false;
        for (int i = 0; i < count; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            if (event.filter == EVFILT_USER) {
                stopped = state_->posted.run() || stopped;
            } else {
                state_->dispatch(event);
            }
        }
        if (stopped) return {};
    }
}

}  // namespace arsync::platform
