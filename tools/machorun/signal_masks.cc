#include "signal_masks.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <vector>

#include "darwin_errno.h"
#include "signal_watcher.h"
#include "signals.h"

namespace machorun {
namespace {

std::atomic<SignalSet> pending;                              // taken from the host, not yet delivered
std::array<std::atomic<int>, kSignalCount> waiting_threads;  // in wait_for_signal()

// A thread of the program. Its mask is the host's, remembered for others to see.
struct Thread {
    pthread_t handle;
    std::atomic<SignalSet> mask;
};
// Never destroyed: threads may end after the process's destructors have run.
auto& threads_mutex = *new std::mutex;
auto& threads = *new std::vector<Thread*>;

struct ThreadEntry {
    Thread thread{pthread_self(), 0};
    ThreadEntry()
    {
        sigset_t mask;
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        thread.mask = to_darwin_set(mask);
        const std::lock_guard lock(threads_mutex);
        threads.push_back(&thread);
    }
    ~ThreadEntry()
    {
        const std::lock_guard lock(threads_mutex);
        std::erase(threads, &thread);
    }
    ThreadEntry(const ThreadEntry&) = delete;
    ThreadEntry& operator=(const ThreadEntry&) = delete;
};

Thread& this_thread()
{
    thread_local ThreadEntry entry;
    return entry.thread;
}

// Afterwards the thread blocks all signals, until its caller sets the new mask: no handler may run while it holds the
// lock. Under the lock, the watcher either sees the new mask or has added its signal to `pending` already.
void remember_mask(SignalSet mask)
{
    Thread& thread = this_thread();
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    const std::lock_guard lock(threads_mutex);
    thread.mask = mask;
}

// Marks a signal that was counted before it was sent.
int counted_mark;

void send_counted(pthread_t thread, int darwin_signal)
{
    sigval value{};
    value.sival_ptr = &counted_mark;
    pthread_sigqueue(thread, to_linux_signal(darwin_signal), value);
}

// Takes one of `set` out of the pending signals, 0 if there is none.
int take_pending(SignalSet set)
{
    for (int i = 1; i < kSignalCount; ++i) {
        if ((pending & set & signal_bit(i)) == 0) continue;
        if ((pending.fetch_and(~signal_bit(i)) & signal_bit(i)) != 0) return i;
    }
    return 0;
}

// The calling thread is about to unblock these.
void send_pending(SignalSet set)
{
    while (const int darwin_signal = take_pending(set)) send_counted(pthread_self(), darwin_signal);
}

void set_waiting(SignalSet set, bool waiting)
{
    for (int i = 1; i < kSignalCount; ++i) {
        if ((set & signal_bit(i)) == 0 || to_linux_signal(i) == 0) continue;
        waiting_threads[i] += waiting ? 1 : -1;
        waiting ? interest_in_signal(i) : no_interest_in_signal(i);
    }
}

bool send_to_any_thread(int darwin_signal)
{
    for (Thread* thread : threads) {
        if ((thread->mask & signal_bit(darwin_signal)) != 0) continue;
        send_counted(thread->handle, darwin_signal);
        return true;
    }
    return false;  // all block it
}

}  // namespace

// Called by the watcher: the host gave it a signal which no thread of the program took first. On macOS a handler has
// run when kevent() returns the event, and the event is there when sigwait() returns: hence the order.
void take_signal(int darwin_signal)
{
    const bool is_wanted = waiting_threads[darwin_signal] != 0 || !is_ignored(darwin_signal);
    const std::lock_guard lock(threads_mutex);
    const bool is_sent = is_wanted && send_to_any_thread(darwin_signal);
    count_signal(darwin_signal);
    if (!is_wanted || is_sent) return;
    pending.fetch_or(signal_bit(darwin_signal));
    pending.notify_all();
}

void enter_thread()
{
    this_thread();
}

bool is_counted(const siginfo_t& info)
{
    return info.si_code == SI_QUEUE && info.si_value.sival_ptr == &counted_mark;
}

void drop_pending(int darwin_signal)
{
    pending.fetch_and(~signal_bit(darwin_signal));
}

SignalSet get_thread_mask()
{
    return this_thread().mask;
}

void set_thread_mask(SignalSet mask)
{
    mask &= ~(signal_bit(kSigKill) | signal_bit(kSigStop));
    remember_mask(mask);
    send_pending(~mask);
    const sigset_t host = to_linux_set(mask);
    pthread_sigmask(SIG_SETMASK, &host, nullptr);
}

SignalSet pending_signals()
{
    sigset_t host;
    sigpending(&host);
    return pending | to_darwin_set(host);
}

int wait_for_signal(SignalSet set)
{
    set_waiting(set, true);
    int taken = 0;
    for (;;) {
        const SignalSet seen = pending;
        taken = take_pending(set);
        if (taken != 0) break;
        pending.wait(seen);
    }
    set_waiting(set, false);
    return taken;
}

void suspend_with_mask(SignalSet mask)
{
    const SignalSet before = get_thread_mask();
    remember_mask(mask);
    send_pending(~mask);
    const sigset_t host = to_linux_set(mask);
    do {
        was_interrupted_by_program();
        sigsuspend(&host);
    } while (!was_interrupted_by_program());
    set_thread_mask(before);
}

int send_to_thread(pthread_t thread, int darwin_signal)
{
    if (darwin_signal == 0) return to_darwin(pthread_kill(thread, 0));
    if (to_linux_signal(darwin_signal) == 0) return EINVAL;
    if (darwin_signal == kSigKill || darwin_signal == kSigStop) {
        return to_darwin(pthread_kill(thread, to_linux_signal(darwin_signal)));
    }
    count_signal(darwin_signal);
    send_counted(thread, darwin_signal);
    return 0;
}

}  // namespace machorun
