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
#include <map>
#include <optional>

#include "platform/handle.h"
#include "platform/posix/posted_work.h"
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

sigset_t no_signals()
{
    sigset_t none;
    sigemptyset(&none);
    return none;
}

/// Blocks those that are to be handled and gives them.
sigset_t block_signals()
{
    sigset_t handled = no_signals();
    for (const int number : kSignals) {
        // A signal that was ignored when the program began stays so: that is how nohup protects its child.
        struct sigaction before{};
        if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
        sigaddset(&handled, number);
    }
    ::pthread_sigmask(SIG_BLOCK, &handled, nullptr);
    return handled;
}

}  // namespace

struct EventLoop::State {
    Handle epoll;
    Handle signals;
    Handle wake_up;
    Handle timer;
    PostedWork posted;
    std::function<void(Signal)> signal_handler;
    std::function<void()> tick_handler;

    /// What to do when a descriptor of somebody else's is ready.
    struct Watch {
        std::function<void()> readable;
        std::function<void()> writable;
    };
    std::map<int, Watch> watches;

    [[nodiscard]] Status control(int operation, int descriptor, std::uint32_t events) const
    {
        epoll_event event{};
        event.events = events;
        event.data.fd = descriptor;
        if (::epoll_ctl(epoll.get(), operation, descriptor, &event) == -1) return fail(Operation::Wait, errno);
        return {};
    }

    [[nodiscard]] Status watch(const Handle& handle) const { return control(EPOLL_CTL_ADD, handle.get(), EPOLLIN); }

    /// Tells epoll what is wanted of a descriptor now.
    [[nodiscard]] Status adjust(int descriptor, bool known)
    {
        const auto& watch = watches[descriptor];
        const std::uint32_t events = (watch.readable ? EPOLLIN : 0U) | (watch.writable ? EPOLLOUT : 0U);
        if (events != 0) return control(known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, events);
        watches.erase(descriptor);
        return known ? control(EPOLL_CTL_DEL, descriptor, 0) : Status();
    }

    void dispatch_ready(int descriptor, std::uint32_t events)
    {
        const auto call = [&](std::function<void()> Watch::* handler, std::uint32_t wanted) {
            if ((events & wanted) == 0) return;
            const auto found = watches.find(descriptor);
            if (found == watches.end()) return;
            const auto copy = found->second.*handler;  // it may end its own watch
            if (copy) copy();
        };
        call(&Watch::readable, EPOLLIN | EPOLLHUP | EPOLLERR);
        call(&Watch::writable, EPOLLOUT | EPOLLHUP | EPOLLERR);
    }

    void wake() const
    {
        const std::uint64_t one = 1;
        // Cannot fail: the counter would have to be near 2^64.
        static_cast<void>(!::write(wake_up.get(), &one, sizeof one));
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

Result<EventLoop> EventLoop::create(Signals signals)
{
    const auto handled = signals == Signals::Handled ? block_signals() : no_signals();
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

Status EventLoop::on_ready(const Handle& handle, Readiness readiness, std::function<void()> handler)
{
    const bool known = state_->watches.contains(handle.get());
    if (!known && !handler) return {};
    auto& watch = state_->watches[handle.get()];
    (readiness == Readiness::Readable ? watch.readable : watch.writable) = std::move(handler);
    auto adjusted = state_->adjust(handle.get(), known);
    if (!adjusted && !known) state_->watches.erase(handle.get());
    return adjusted;
}

void EventLoop::post(std::function<void()> work)
{
    if (state_->posted.add(std::move(work))) state_->wake();
}

void EventLoop::stop()
{
    if (state_->posted.stop()) state_->wake();
}

Status EventLoop::run()
{
    for (;;) {
        std::array<epoll_event, 8> events;
        const int count = sys::call("epoll_wait", [&] {
            return ::epoll_wait(state_->epoll.get(), events.data(), static_cast<int>(events.size()), -1);
        });
        if (count == -1) return fail(Operation::Wait, errno);
        bool stopped = false;
        for (int i = 0; i < count; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            const int ready = event.data.fd;
            if (ready == state_->wake_up.get()) {
                std::uint64_t wake_ups = 0;
                // Emptied before the work is taken, so that what comes later wakes the loop again.
                static_cast<void>(!::read(ready, &wake_ups, sizeof wake_ups));
                stopped = state_->posted.run() || stopped;
            } else if (ready == state_->signals.get()) {
                state_->dispatch_signals();
            } else if (ready == state_->timer.get()) {
                state_->dispatch_timer();
            } else {
                state_->dispatch_ready(ready, event.events);
            }
        }
        if (stopped) return {};
    }
}

}  // namespace arsync::platform
