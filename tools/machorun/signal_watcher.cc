#include "signal_watcher.h"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <mutex>
#include <thread>

#include "descriptor.h"
#include "signal_numbers.h"

namespace machorun {
namespace {

// It blocks all signals itself: those that threads of the program can take never come here. A signalfd is readable, for
// a thread that blocks them, with the signals that are pending for the process.
class Watcher {
public:
    void watch(int linux_signal, bool watched)
    {
        const std::lock_guard lock(mutex_);
        if (watched) {
            sigaddset(&watched_, linux_signal);
        } else {
            sigdelset(&watched_, linux_signal);
        }
        if (!fd_.is_open()) {
            fd_ = Descriptor::hidden(signalfd(-1, &watched_, SFD_CLOEXEC | SFD_NONBLOCK));
            start();
        } else {
            signalfd(fd_.get(), &watched_, 0);
        }
    }

private:
    Watcher() { sigemptyset(&watched_); }
    friend Watcher& watcher();

    // The mask a thread starts with is its creator's.
    void start()
    {
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        std::thread([this] { run(); }).detach();
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

    [[noreturn]] void run()
    {
        for (;;) {
            pollfd ready{fd_.get(), POLLIN, 0};
            signalfd_siginfo info;
            if (poll(&ready, 1, -1) == 1 && read(fd_.get(), &info, sizeof info) == sizeof info) {
                take_signal(to_darwin_signal(static_cast<int>(info.ssi_signo)));
            }
        }
    }

    std::mutex mutex_;
    sigset_t watched_{};
    Descriptor fd_;
};

Watcher& watcher()
{
    static auto* const instance = new Watcher;  // its thread runs to the very end
    return *instance;
}

}  // namespace

void watch_signal(int linux_signal, bool watched)
{
    watcher().watch(linux_signal, watched);
}

}  // namespace machorun
