// What the program does with signals, and who else wants to know of them.
#pragma once

#include <cstdint>

#include "signal_numbers.h"

namespace machorun {

// The actions and the mask which the process has inherited. Called before the program starts.
void start_signals();

// What the program has set.
struct Action {
    void* handler = nullptr;  // 0 default, 1 ignore
    SignalSet mask = 0;
    int flags = 0;
};
Action get_action(int darwin_signal);
void set_action(int darwin_signal, const Action& action);

// By its action or by default.
bool is_ignored(int darwin_signal);

// From here to no_interest_in_signal() the signal counts even if it is ignored, or blocked by all threads. Calls nest.
void interest_in_signal(int darwin_signal);
void no_interest_in_signal(int darwin_signal);

// How often the signal has come since the program's start, as far as somebody was interested.
std::uint64_t signal_count(int darwin_signal);

// One more. Safe in a signal handler.
void count_signal(int darwin_signal);

// From now on `event_fd` is written to when a signal of interest comes; at most 64 at a time. False if there is no
// room.
bool add_signal_listener(int event_fd);
void remove_signal_listener(int event_fd);

// True, once, if a handler of the program has run on this thread. Only then a call may end with EINTR: the program is
// not to notice that machorun handles a signal it ignores.
bool was_interrupted_by_program();

}  // namespace machorun
