#pragma once
// An event loop blocks the signals that it handles, for its whole thread.

#include <csignal>

namespace arsync::test {

/// Puts the mask of the calling thread back. Of the signals that an event loop has told of, kqueue leaves one each
/// pending, where signalfd takes them: they are dropped, which is what ignoring a pending signal does.
class SignalsAsBefore {
public:
    SignalsAsBefore() { ::pthread_sigmask(SIG_SETMASK, nullptr, &mask_); }
    ~SignalsAsBefore()
    {
        for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) std::signal(number, std::signal(number, SIG_IGN));
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    }
    SignalsAsBefore(const SignalsAsBefore&) = delete;
    SignalsAsBefore& operator=(const SignalsAsBefore&) = delete;

private:
    sigset_t mask_;
};

}  // namespace arsync::test
