// epoll over a signalfd, a timerfd and an eventfd.

#include "platform/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

#include "platform/handle.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

constexpr std::array<int, 4> kSignals = {SIGINT, SIGTERM, SIGHUP, SIGWINCH};

std::optional<Signal> signal_of(unsigned number)
{
    switch (number) {
        case SIGINT: return Signal::Interrupt;
        case SIGTERM: return Signal::Terminate;
        case SIGHUP: return Signal::HangUp;
        case SIGWINCH: return Signal::Resize;
        default: return std::nullopt;
    }
}

}  // namespace

struct EventLoop::State {
    Handle epoll;
    Handle signals;
    Handle wake_up;
    Handle timer;
    std::function<void(Signal)> signal_handler;
    std::function<void()> tick_handler;

    [[nodiscard]] Status watch(const Handle& handle) const
    {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = handle.get();
        if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, handle.get(), &event) == -1) return fail(Operation::Wait, errno);
        return {};
    }

    void dispatch_signals() const
    {
        signalfd_siginfo info{};
        while (::read(signals.get(), &info, sizeof info) == ssize_t{sizeof info}) {
            const auto signal = signal_of(info.ssi_signo);
            if (signal && signal_handler) signal_handler(*signal);
        }
    }

    void dispatch_timer() const
    {
        std::uint64_t expirations = 0;
        if (::read(timer.get(), &expirations, sizeof expirations) > 0 && tick_handler) tick_handler();
    }
};

EventLoop::EventLoop(std::unique_ptr<State> state) : state_(std::move(state)) {}
EventLoop::EventLoop(EventLoop&&) noexcept = default;
EventLoop& EventLoop::operator=(EventLoop&&) noexcept = default;
EventLoop::~EventLoop() = default;

Result<EventLoop> EventLoop::create()
{
    sigset_t handled;
    sigemptyset(&handled);
    for (const int number : kSignals) {
        // A signal that was ignored when the program began stays so: that is how nohup protects its child.
        struct sigaction before{};
        if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
        sigaddset(&handled, number);
    }
    ::pthread_sigmask(SIG_BLOCK, &handled, nullptr);

    auto state = std::make_unique<State>();
    state->epoll = Handle(::epoll_create1(EPOLL_CLOEXEC));
    state->signals = Handle(::signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK));
    state->wake_up = Handle(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    state->timer = Handle(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (!state->epoll || !state->signals || !state->wake_up || !state->timer) return fail(Operation::Wait, errno);
    for (const Handle* handle : {&state->signals, &state->wake_up, &state->timer}) {
        if (const auto watched = state->watch(*handle); !watched) return std::unexpected(watched.error());
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
    itimerspec spec{};
    spec.it_interval.tv_sec = static_cast<time_t>(period.count() / 1000);
    spec.it_interval.tv_nsec = static_cast<long>(period.count() % 1000 * 1'000'000);
    spec.it_value = spec.it_interval;
    if (::timerfd_settime(state_->timer.get(), 0, &spec, nullptr) == -1) return fail(Operation::Wait, errno);
    return {};
}

void EventLoop::stop()
{
    const std::uint64_t one = 1;
    // Cannot fail: the counter would have to be near 2^64.
    static_cast<void>(!::write(state_->wake_up.get(), &one, sizeof one));
}

Status EventLoop::run()
{
    for (;;) {
        std::array<epoll_event, 4> events;
        const int count =
            sys::call("epoll_wait", [&] { return ::epoll_wait(state_->epoll.get(), events.data(), 4, -1); });
        if (count == -1) return fail(Operation::Wait, errno);
        for (int i = 0; i < count; ++i) {
            const int ready = events[static_cast<std::size_t>(i)].data.fd;
            if (ready == state_->wake_up.get()) {
                std::uint64_t wake_ups = 0;
                // Emptied, so that the loop can run again. It is readable, or somebody else has emptied it.
                static_cast<void>(!::read(ready, &wake_ups, sizeof wake_ups));
                return {};
            }
            if (ready == state_->signals.get()) state_->dispatch_signals();
            if (ready == state_->timer.get()) state_->dispatch_timer();
        }
    }
}

}  // namespace arsync::platform
