// Darwin's signals, sets of signals and structures.
#pragma once

#include <csignal>
#include <cstdint>

namespace machorun {

constexpr int kSignalCount = 32;  // numbers are below
using SignalSet = std::uint32_t;  // bit N - 1 is signal N

constexpr int kSigIll = 4, kSigKill = 9, kSigSegv = 11, kSigStop = 17, kSigInfo = 29;

constexpr SignalSet signal_bit(int darwin_signal)
{
    return SignalSet{1} << (darwin_signal - 1);
}

// 0 if the other system has none. Darwin's SIGINFO, which Ctrl-T sends, is the host's SIGPWR: `kill -PWR PID` plays it.
int to_linux_signal(int darwin_signal);
int to_darwin_signal(int linux_signal);

sigset_t to_linux_set(SignalSet set);
SignalSet to_darwin_set(const sigset_t& set);

// siginfo_t and sigaltstack's structure as the program sees them.
struct DarwinSiginfo {
    int signal, error, code, pid;
    unsigned uid;
    int status;
    void* address;
    void* value;
    long band;
    unsigned long padding[7];
};
static_assert(sizeof(DarwinSiginfo) == 104);

DarwinSiginfo to_darwin_siginfo(const siginfo_t& info, int darwin_signal);

}  // namespace machorun
