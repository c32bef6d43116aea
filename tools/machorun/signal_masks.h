// The program's threads as signals see them: masks, and signals that are pending.
//
// If all threads block a signal that a kqueue or sigwait() is interested in, a thread of machorun takes it from the
// host, tells the kqueues, and keeps it in a set of pending signals until a thread unblocks it.
#pragma once

#include <pthread.h>

#include <csignal>

#include "signal_numbers.h"

namespace machorun {

// The calling thread belongs to the program from now on, and can be given signals.
void enter_thread();

// The calling thread's mask. Setting it delivers pending signals that get unblocked.
SignalSet get_thread_mask();
void set_thread_mask(SignalSet mask);

SignalSet pending_signals();

// A signal that gets ignored is no longer pending.
void drop_pending(int darwin_signal);

// Blocks until one of the signals is pending, takes it and returns its number.
int wait_for_signal(SignalSet set);

// sigsuspend(2): returns when a handler has run.
void suspend_with_mask(SignalSet mask);

// Sends to a thread of the program. 0 or a Darwin error.
int send_to_thread(pthread_t thread, int darwin_signal);

// Whether the signal was counted for kqueues when it was sent.
bool is_counted(const siginfo_t& info);

}  // namespace machorun
