// A thread of machorun that takes signals all the program's threads block.
#pragma once

namespace machorun {

// From the return of the call on the signal is taken, or no longer.
void watch_signal(int linux_signal, bool watched);

// Defined with the program's signals: what to do with one.
void take_signal(int darwin_signal);

}  // namespace machorun
