// sigaction(2) and its relatives, with Darwin's structures and numbers.
#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "converted.h"
#include "imports.h"
#include "signal_masks.h"
#include "signals.h"

namespace machorun {
namespace {

bool can_be_handled(int darwin_signal)
{
    return to_linux_signal(darwin_signal) != 0 && darwin_signal != kSigKill && darwin_signal != kSigStop;
}

struct DarwinAction {
    void* handler;
    SignalSet mask;
    int flags;
};

int change_action(int darwin_signal, const DarwinAction* action, DarwinAction* old)
{
    if (to_linux_signal(darwin_signal) == 0) return fail(EINVAL);
    if (action != nullptr && !can_be_handled(darwin_signal)) return fail(EINVAL);
    if (old != nullptr) {
        const Action before = get_action(darwin_signal);
        *old = {before.handler, before.mask, before.flags};
    }
    if (action != nullptr) set_action(darwin_signal, {action->handler, action->mask, action->flags});
    return 0;
}

// Calls go on after a handler set like this.
void* set_handler(int darwin_signal, void* handler)
{
    constexpr int kRestart = 2;
    if (!can_be_handled(darwin_signal)) {
        errno = EINVAL;
        return reinterpret_cast<void*>(-1);
    }
    void* const before = get_action(darwin_signal).handler;
    set_action(darwin_signal, {handler, 0, kRestart});
    return before;
}

int thread_mask(int how, const SignalSet* set, SignalSet* old)
{
    constexpr int kBlock = 1, kUnblock = 2, kSet = 3;
    const SignalSet before = get_thread_mask();
    if (old != nullptr) *old = before;
    if (set == nullptr) return 0;
    switch (how) {
        case kBlock: set_thread_mask(before | *set); return 0;
        case kUnblock: set_thread_mask(before & ~*set); return 0;
        case kSet: set_thread_mask(*set); return 0;
        default: return EINVAL;
    }
}

int process_mask(int how, const SignalSet* set, SignalSet* old)
{
    const int error = thread_mask(how, set, old);
    return error == 0 ? 0 : fail(error);
}

int get_pending(SignalSet* set)
{
    *set = pending_signals();
    return 0;
}

int wait_for(const SignalSet* set, int* darwin_signal)
{
    *darwin_signal = wait_for_signal(*set);
    return 0;
}

int suspend(const SignalSet* mask)
{
    suspend_with_mask(*mask);
    return fail(EINTR);
}

int send(pid_t process, int darwin_signal)
{
    if (darwin_signal != 0 && to_linux_signal(darwin_signal) == 0) return fail(EINVAL);
    return fix(kill(process, to_linux_signal(darwin_signal)));
}

int send_to_group(pid_t group, int darwin_signal)
{
    return send(-group, darwin_signal);
}

int send_to_self(int darwin_signal)
{
    const int error = send_to_thread(pthread_self(), darwin_signal);
    return error == 0 ? 0 : fail(error);
}

bool is_signal(int darwin_signal)
{
    return darwin_signal > 0 && darwin_signal < kSignalCount;
}

int empty_set(SignalSet* set)
{
    *set = 0;
    return 0;
}

int fill_set(SignalSet* set)
{
    *set = ~SignalSet{0};
    return 0;
}

int add_to_set(SignalSet* set, int darwin_signal)
{
    if (!is_signal(darwin_signal)) return fail(EINVAL);
    *set |= signal_bit(darwin_signal);
    return 0;
}

int delete_from_set(SignalSet* set, int darwin_signal)
{
    if (!is_signal(darwin_signal)) return fail(EINVAL);
    *set &= ~signal_bit(darwin_signal);
    return 0;
}

int is_in_set(const SignalSet* set, int darwin_signal)
{
    if (!is_signal(darwin_signal)) return fail(EINVAL);
    return (*set & signal_bit(darwin_signal)) != 0 ? 1 : 0;
}

// The size comes before the flags there, and SS_DISABLE is 4.
struct DarwinStack {
    void* address;
    std::size_t size;
    int flags;
};
constexpr int kStackDisabled = 4;

int alternate_stack(const DarwinStack* stack, DarwinStack* old)
{
    stack_t host_old{};
    stack_t host{};
    if (stack != nullptr) {
        host.ss_sp = stack->address;
        host.ss_size = stack->size;
        host.ss_flags = (stack->flags & kStackDisabled) != 0 ? SS_DISABLE : 0;
    }
    const int result = fix(sigaltstack(stack != nullptr ? &host : nullptr, &host_old));
    if (result == 0 && old != nullptr) {
        const int flags =
            ((host_old.ss_flags & SS_DISABLE) != 0 ? kStackDisabled : 0) | (host_old.ss_flags & SS_ONSTACK);
        *old = {host_old.ss_sp, host_old.ss_size, flags};
    }
    return result;
}

}  // namespace

std::span<const Import> signals_imports()
{
    static const Import table[] = {
        import("alarm", alarm),
        import("kill", send),
        import("killpg", send_to_group),
        import_converted<pause>("pause"),
        import("pthread_kill", send_to_thread),
        import("pthread_sigmask", thread_mask),
        import("raise", send_to_self),
        import("sigaction", change_action),
        import("sigaddset", add_to_set),
        import("sigaltstack", alternate_stack),
        import("sigdelset", delete_from_set),
        import("sigemptyset", empty_set),
        import("sigfillset", fill_set),
        import("sigismember", is_in_set),
        import("signal", set_handler),
        import("sigpending", get_pending),
        import("sigprocmask", process_mask),
        import("sigsuspend", suspend),
        import("sigwait", wait_for),
    };
    return table;
}

}  // namespace machorun
