#include "signals.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <utility>

#include "signal_masks.h"
#include "signal_watcher.h"

namespace machorun {
namespace {

// Darwin's SA_*
constexpr int kOnStack = 1, kRestart = 2, kResetHandler = 4, kNoChildStop = 8, kNoDefer = 0x10, kNoChildWait = 0x20;
constexpr int kWithInfo = 0x40;

void* const kDefault = nullptr;
void* const kIgnore = reinterpret_cast<void*>(1);

// A handler may run at any point of the program, so all it touches is atomic.
struct SignalState {
    std::atomic<void*> handler;
    std::atomic<SignalSet> mask;
    std::atomic<int> flags;
    std::atomic<std::uint64_t> count;
    std::atomic<int> interests;  // kqueues and waiting threads
};
std::array<SignalState, kSignalCount> states;
std::mutex actions_mutex;

constexpr int kNoListener = 0;
std::array<std::atomic<int>, 64> listeners;  // descriptor + 1

thread_local bool interrupted_by_program = false;

void call_handler(int darwin_signal, const siginfo_t& info, void* context)
{
    SignalState& state = states[darwin_signal];
    void* const handler = state.handler;
    if (handler == kDefault || handler == kIgnore) return;
    if ((state.flags & kResetHandler) != 0) state.handler = kDefault;
    interrupted_by_program = true;
    if ((state.flags & kWithInfo) != 0) {
        DarwinSiginfo darwin_info = to_darwin_siginfo(info, darwin_signal);
        reinterpret_cast<void (*)(int, DarwinSiginfo*, void*)>(handler)(darwin_signal, &darwin_info, context);
    } else {
        reinterpret_cast<void (*)(int)>(handler)(darwin_signal);
    }
}

void deliver(int linux_signal, siginfo_t* info, void* context)
{
    const int saved_errno = errno;
    const int darwin_signal = to_darwin_signal(linux_signal);
    if (!is_counted(*info)) count_signal(darwin_signal);
    call_handler(darwin_signal, *info, context);
    errno = saved_errno;
}

bool is_ignored_by_default(int darwin_signal)
{
    constexpr std::array kIgnored = {16, 19, 20, 23, 28, kSigInfo};  // URG, CONT, CHLD, IO, WINCH, INFO
    return std::ranges::find(kIgnored, darwin_signal) != kIgnored.end();
}

// The action at the host. What only ends the process stays with the host, which does it properly; a signal which is
// ignored needs a handler only if somebody counts it.
void apply_action(int darwin_signal)
{
    const int linux_signal = to_linux_signal(darwin_signal);
    SignalState& state = states[darwin_signal];
    struct sigaction host{};
    const bool ignored = is_ignored(darwin_signal);
    if (state.handler == kDefault && !ignored) {
        host.sa_handler = SIG_DFL;
    } else if (ignored && state.interests == 0) {
        host.sa_handler = state.handler == kDefault && darwin_signal != kSigInfo ? SIG_DFL : SIG_IGN;
    } else {
        host.sa_sigaction = deliver;
        host.sa_mask = to_linux_set(ignored ? 0 : state.mask.load());
        const int flags = ignored ? kRestart : state.flags.load();
        host.sa_flags = SA_SIGINFO | ((flags & kOnStack) != 0 ? SA_ONSTACK : 0) |
                        ((flags & kRestart) != 0 ? SA_RESTART : 0) | ((flags & kResetHandler) != 0 ? SA_RESETHAND : 0) |
                        ((flags & kNoDefer) != 0 ? SA_NODEFER : 0);
    }
    if (darwin_signal == 20) {  // SIGCHLD
        if ((state.flags & kNoChildStop) != 0) host.sa_flags |= SA_NOCLDSTOP;
        if ((state.flags & kNoChildWait) != 0) host.sa_flags |= SA_NOCLDWAIT;
    }
    sigaction(linux_signal, &host, nullptr);
}

}  // namespace

void start_signals()
{
    for (int i = 1; i < kSignalCount; ++i) {
        struct sigaction host{};
        const int linux_signal = to_linux_signal(i);
        if (linux_signal == 0 || i == kSigKill || i == kSigStop) continue;
        sigaction(linux_signal, nullptr, &host);
        if (host.sa_handler == SIG_IGN) states[i].handler = kIgnore;
    }
    apply_action(kSigInfo);  // SIGINFO is ignored by default, SIGPWR is not
    enter_thread();
}

void count_signal(int darwin_signal)
{
    states[darwin_signal].count.fetch_add(1);
    if (states[darwin_signal].interests == 0) return;
    const std::uint64_t one = 1;
    for (const auto& listener : listeners) {
        const int fd = listener.load();
        if (fd != kNoListener && write(fd - 1, &one, sizeof one) < 0) {
        }  // it is at its maximum: readable anyway
    }
}

bool is_ignored(int darwin_signal)
{
    void* const handler = states[darwin_signal].handler;
    return handler == kIgnore || (handler == kDefault && is_ignored_by_default(darwin_signal));
}

void interest_in_signal(int darwin_signal)
{
    const std::lock_guard lock(actions_mutex);
    if (states[darwin_signal].interests.fetch_add(1) != 0) return;
    apply_action(darwin_signal);
    watch_signal(to_linux_signal(darwin_signal), true);
}

void no_interest_in_signal(int darwin_signal)
{
    const std::lock_guard lock(actions_mutex);
    if (states[darwin_signal].interests.fetch_sub(1) != 1) return;
    watch_signal(to_linux_signal(darwin_signal), false);
    apply_action(darwin_signal);
}

std::uint64_t signal_count(int darwin_signal)
{
    return states[darwin_signal].count;
}

bool add_signal_listener(int event_fd)
{
    return std::ranges::any_of(listeners, [&](std::atomic<int>& listener) {
        int expected = kNoListener;
        return listener.compare_exchange_strong(expected, event_fd + 1);
    });
}

void remove_signal_listener(int event_fd)
{
    for (auto& listener : listeners) {
        int expected = event_fd + 1;
        listener.compare_exchange_strong(expected, kNoListener);
    }
}

bool was_interrupted_by_program()
{
    return std::exchange(interrupted_by_program, false);
}

Action get_action(int darwin_signal)
{
    const SignalState& state = states[darwin_signal];
    return {state.handler, state.mask, state.flags};
}

void set_action(int darwin_signal, const Action& action)
{
    const std::lock_guard lock(actions_mutex);
    SignalState& state = states[darwin_signal];
    state.handler = action.handler;
    state.mask = action.mask;
    state.flags = action.flags;
    if (action.handler == kIgnore) drop_pending(darwin_signal);
    apply_action(darwin_signal);
}

}  // namespace machorun
