// Signals by sigaction(2), pthread_sigmask(2), sigwait(2) and kqueue(2).
#include <pthread.h>
#include <signal.h>
#include <sys/event.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <string_view>
#include <thread>

#include "core_check.h"

namespace {

constexpr timespec kNow{0, 0};
constexpr timespec kLong{10, 0};

std::atomic<int> handled = 0;
std::atomic<int> last_signal = 0;
std::atomic<int> last_code = 0;
void handle(int number)
{
    ++handled;
    last_signal = number;
}
void handle_with_info(int number, siginfo_t* info, void*)
{
    handle(number);
    last_code = info->si_code;
    CHECK(info->si_signo == number && info->si_pid == getpid());
}

void check_handlers()
{
    struct sigaction action{};
    struct sigaction old{};
    action.sa_handler = handle;
    action.sa_mask = 1U << (SIGHUP - 1);
    CHECK(sigaction(SIGUSR1, &action, nullptr) == 0);
    CHECK(sigaction(SIGUSR1, nullptr, &old) == 0 && old.sa_handler == handle && old.sa_mask == action.sa_mask);
    CHECK(raise(SIGUSR1) == 0 && handled == 1 && last_signal == 30);
    CHECK(kill(getpid(), SIGUSR1) == 0 && handled == 2);
    CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0 && handled == 3);

    action.sa_sigaction = handle_with_info;
    action.sa_flags = SA_SIGINFO | SA_RESETHAND;
    CHECK(sigaction(SIGTSTP, &action, nullptr) == 0);
    CHECK(kill(getpid(), SIGTSTP) == 0 && last_signal == SIGTSTP);
    CHECK(sigaction(SIGTSTP, nullptr, &old) == 0 && old.sa_handler == SIG_DFL);

    CHECK(signal(SIGUSR2, SIG_IGN) == SIG_DFL && signal(SIGUSR2, handle) == SIG_IGN);
    CHECK(signal(SIGKILL, SIG_IGN) == SIG_ERR && errno == EINVAL);
    CHECK_ERRNO(sigaction(99, nullptr, &old), EINVAL);
    CHECK(raise(SIGINFO) == 0);  // ignored by default
}

void check_masks()
{
    sigset_t set;
    sigset_t old;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    handled = 0;
    CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
    CHECK(kill(getpid(), SIGUSR1) == 0 && handled == 0);
    CHECK(sigpending(&old) == 0 && sigismember(&old, SIGUSR1) == 1);
    CHECK(sigprocmask(SIG_UNBLOCK, &set, &old) == 0 && handled == 1 && sigismember(&old, SIGUSR1) == 1);
    CHECK_ERRNO(sigprocmask(9, &set, nullptr), EINVAL);

    CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
    std::thread([&] {
        sigset_t inherited;
        CHECK(pthread_sigmask(SIG_BLOCK, nullptr, &inherited) == 0 && sigismember(&inherited, SIGUSR1) == 1);
    }).join();
    std::thread sender([] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        kill(getpid(), SIGUSR1);
    });
    int number = 0;
    CHECK(sigwait(&set, &number) == 0 && number == SIGUSR1 && handled == 1);
    sender.join();
    CHECK(pthread_sigmask(SIG_UNBLOCK, &set, nullptr) == 0 && handled == 1);
}

int add(int queue, int number, int flags = EV_ADD)
{
    struct kevent event;
    EV_SET(&event, number, EVFILT_SIGNAL, static_cast<std::uint16_t>(flags), 0, 0, nullptr);
    return kevent(queue, &event, 1, nullptr, 0, nullptr);
}

long wait_count(int queue, int number, const timespec& timeout)
{
    struct kevent event{};
    const int count = kevent(queue, nullptr, 0, &event, 1, &timeout);
    if (count != 1) return count;
    CHECK(event.filter == EVFILT_SIGNAL && event.ident == static_cast<std::uintptr_t>(number));
    return event.data;
}

// "This coexists with the signal() and sigaction() facilities, and has a lower precedence. The filter will record all
// attempts to deliver a signal to a process, even if the signal has been marked as SIG_IGN."
void check_kqueue()
{
    const int queue = kqueue();
    signal(SIGUSR1, SIG_IGN);
    CHECK(add(queue, SIGUSR1) == 0 && wait_count(queue, SIGUSR1, kNow) == 0);
    CHECK(kill(getpid(), SIGUSR1) == 0 && wait_count(queue, SIGUSR1, kLong) == 1);
    CHECK(kill(getpid(), SIGUSR1) == 0 && kill(getpid(), SIGUSR1) == 0);
    CHECK(wait_count(queue, SIGUSR1, kLong) == 2 && wait_count(queue, SIGUSR1, kNow) == 0);

    handled = 0;
    signal(SIGUSR1, handle);
    CHECK(kill(getpid(), SIGUSR1) == 0 && handled == 1 && wait_count(queue, SIGUSR1, kLong) == 1);
    CHECK(raise(SIGUSR1) == 0 && handled == 2 && wait_count(queue, SIGUSR1, kLong) == 1);

    CHECK(add(queue, SIGINFO) == 0 && raise(SIGINFO) == 0 && wait_count(queue, SIGINFO, kLong) == 1);
    CHECK(add(queue, SIGUSR1, EV_DELETE) == 0 && add(queue, SIGINFO, EV_DELETE) == 0);
    CHECK(kill(getpid(), SIGUSR1) == 0 && handled == 3 && wait_count(queue, SIGUSR1, kNow) == 0);
    close(queue);
}

// Blocked by every thread, it is reported all the same, and stays pending.
void check_kqueue_with_blocked_signal()
{
    const int queue = kqueue();
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGTERM);
    CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
    CHECK(add(queue, SIGUSR1) == 0 && add(queue, SIGTERM) == 0);
    handled = 0;
    std::thread other([] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        kill(getpid(), SIGUSR1);
    });
    CHECK(wait_count(queue, SIGUSR1, kLong) == 1 && handled == 0);
    other.join();
    CHECK(kill(getpid(), SIGTERM) == 0 && wait_count(queue, SIGTERM, kLong) == 1);
    CHECK(pthread_kill(pthread_self(), SIGTERM) == 0 && wait_count(queue, SIGTERM, kLong) == 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    sigset_t pending;
    CHECK(sigpending(&pending) == 0 && sigismember(&pending, SIGUSR1) == 1 && sigismember(&pending, SIGTERM) == 1);
    signal(SIGTERM, SIG_IGN);  // a pending signal that gets ignored is gone
    CHECK(pthread_sigmask(SIG_UNBLOCK, &set, nullptr) == 0 && handled == 1 && last_signal == SIGUSR1);
    CHECK(wait_count(queue, SIGUSR1, kNow) == 0);
    close(queue);
}

// kevent() ends with EINTR for a handler of the program, and for nothing else.
void check_interruption()
{
    const int queue = kqueue();
    signal(SIGUSR1, handle);
    struct sigaction no_restart{};
    no_restart.sa_handler = handle;
    CHECK(sigaction(SIGUSR2, &no_restart, nullptr) == 0);
    const pthread_t self = pthread_self();
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        pthread_kill(self, SIGUSR2);
    });
    struct kevent event;
    CHECK_ERRNO(kevent(queue, nullptr, 0, &event, 1, &kLong), EINTR);
    other.join();

    signal(SIGUSR2, SIG_IGN);
    const int watcher = kqueue();
    CHECK(add(watcher, SIGUSR2) == 0);
    std::thread ignored([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        pthread_kill(self, SIGUSR2);
    });
    constexpr timespec kShort{0, 100'000'000};
    CHECK(kevent(queue, nullptr, 0, &event, 1, &kShort) == 0);
    ignored.join();
    close(queue);
    close(watcher);
}

// For `kill -PWR`: says when it is ready and what it got.
int wait_for_info()
{
    const int queue = kqueue();
    signal(SIGINFO, handle);
    CHECK(add(queue, SIGINFO) == 0);
    std::puts("ready");
    std::fflush(stdout);
    struct kevent event{};
    int count = kevent(queue, nullptr, 0, &event, 1, &kLong);
    if (count == -1 && errno == EINTR) count = kevent(queue, nullptr, 0, &event, 1, &kLong);
    std::printf("%d event of %d, %d handled\n", count, static_cast<int>(event.ident), last_signal.load());
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc > 1 && std::string_view(argv[1]) == "info") return wait_for_info();
    check_handlers();
    check_masks();
    check_kqueue();
    check_kqueue_with_blocked_signal();
    check_interruption();
    return core_failures != 0;
}
