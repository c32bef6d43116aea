#include "signal_numbers.h"

#include <array>

namespace machorun {
namespace {

// Indexed by Darwin's number. The host has no SIGEMT.
constexpr std::array<int, kSignalCount> kLinuxSignal = {
    0,       SIGHUP, SIGINT,  SIGQUIT, SIGILL,    SIGTRAP, SIGABRT,  0,       SIGFPE,  SIGKILL, SIGBUS,
    SIGSEGV, SIGSYS, SIGPIPE, SIGALRM, SIGTERM,   SIGURG,  SIGSTOP,  SIGTSTP, SIGCONT, SIGCHLD, SIGTTIN,
    SIGTTOU, SIGIO,  SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGWINCH, SIGPWR,  SIGUSR1, SIGUSR2};

}  // namespace

int to_linux_signal(int darwin_signal)
{
    return darwin_signal > 0 && darwin_signal < kSignalCount ? kLinuxSignal[darwin_signal] : 0;
}

int to_darwin_signal(int linux_signal)
{
    for (int i = 1; i < kSignalCount; ++i) {
        if (kLinuxSignal[i] == linux_signal) return i;
    }
    return 0;
}

sigset_t to_linux_set(SignalSet set)
{
    sigset_t result;
    sigemptyset(&result);
    for (int i = 1; i < kSignalCount; ++i) {
        if ((set & signal_bit(i)) != 0 && kLinuxSignal[i] != 0) sigaddset(&result, kLinuxSignal[i]);
    }
    return result;
}

SignalSet to_darwin_set(const sigset_t& set)
{
    SignalSet result = 0;
    for (int i = 1; i < kSignalCount; ++i) {
        if (kLinuxSignal[i] != 0 && sigismember(&set, kLinuxSignal[i]) == 1) result |= signal_bit(i);
    }
    return result;
}

DarwinSiginfo to_darwin_siginfo(const siginfo_t& info, int darwin_signal)
{
    constexpr int kFromUser = 0x10001, kFromQueue = 0x10002;
    DarwinSiginfo result{};
    result.signal = darwin_signal;
    result.code = info.si_code == SI_QUEUE ? kFromQueue : info.si_code <= 0 ? kFromUser : info.si_code;
    const bool is_fault = darwin_signal == kSigIll || darwin_signal == 8 || darwin_signal == 10 || darwin_signal == 11;
    if (is_fault && info.si_code > 0) {
        result.address = info.si_addr;
    } else {
        result.pid = info.si_pid;
        result.uid = info.si_uid;
        result.status = darwin_signal == 20 ? info.si_status : 0;
    }
    return result;
}

}  // namespace machorun
