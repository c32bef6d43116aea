// kqueue(2), over epoll.
#pragma once

namespace machorun {

// To be called by close() before the descriptor goes away: macOS drops the events of a closed descriptor, and a kqueue
// that is closed takes its timers with it. Does nothing for descriptors that no kqueue knows.
void kqueue_closed(int fd);

}  // namespace machorun
