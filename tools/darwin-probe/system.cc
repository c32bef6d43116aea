// kqueue(2), signals, limits, priorities.
#include "probe.h"

#include <pthread.h>
#include <pthread/qos.h>
#include <sys/event.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>

namespace probe {
namespace {

int change(int queue, std::uintptr_t ident, std::int16_t filter, std::uint16_t flags, std::uint32_t filter_flags = 0,
           std::int64_t data = 0)
{
    struct kevent event;
    EV_SET(&event, ident, filter, flags, filter_flags, static_cast<std::intptr_t>(data), nullptr);
    return ::kevent(queue, &event, 1, nullptr, 0, nullptr);
}

// What arrives within half a second: "data 3 flags 0x..", "nothing".
std::string wait(int queue)
{
    struct kevent event{};
    const timespec limit = {0, 500'000'000};
    const int count = ::kevent(queue, nullptr, 0, &event, 1, &limit);
    if (count == -1) return error_name(errno);
    if (count == 0) return "nothing";
    return "data " + std::to_string(event.data) + " flags " + hex(event.flags);
}

enum class Reception { Default, Ignored, Blocked };

void tell_signal(const std::string& name, int number, Reception reception)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    const auto before = std::signal(number, reception == Reception::Ignored ? SIG_IGN : SIG_DFL);
    if (reception == Reception::Blocked) ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    const Fd queue(::kqueue());
    const int added = change(queue, static_cast<std::uintptr_t>(number), EVFILT_SIGNAL, EV_ADD);
    if (added == -1) {
        tell(name, "EV_ADD " + error_name(errno));
    } else {
        for (int i = 0; i < 3; ++i) {
            ::kill(::getpid(), number);
            ::usleep(20'000);  // each for itself
        }
        tell(name, std::string_view(wait(queue)));
    }
    // Ignoring it takes away what is pending.
    std::signal(number, SIG_IGN);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    std::signal(number, before);
}

std::string timer_unit()
{
    using std::chrono::steady_clock;
    const Fd queue(::kqueue());
    if (change(queue, 1, EVFILT_TIMER, EV_ADD, 0, 200) == -1) return error_name(errno);
    const auto begin = steady_clock::now();
    if (wait(queue) == "nothing") return "nothing within half a second";
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin).count();
    return passed >= 150 ? "milliseconds" : "less than milliseconds";
}

void tell_descriptors()
{
    const Fd queue(::kqueue());
    write_file("events/file", "data");
    const Fd file("events/file", O_RDONLY);
    const auto watch = [&](int descriptor, std::int16_t filter) {
        const int added = change(queue, static_cast<std::uintptr_t>(descriptor), filter, EV_ADD | EV_ONESHOT);
        return added == -1 ? "EV_ADD " + error_name(errno) : wait(queue);
    };
    tell("EVFILT_READ of a file", watch(file, EVFILT_READ));
    int ends[2];
    if (::pipe(ends) == -1) return;
    const Fd reading(ends[0]);
    {
        const Fd writing(ends[1]);
        tell("EVFILT_READ of an empty pipe", watch(reading, EVFILT_READ));
        const auto writable = watch(writing, EVFILT_WRITE);
        tell("EVFILT_WRITE of an empty pipe", writable.substr(0, 4));
        change(queue, static_cast<std::uintptr_t>(static_cast<int>(reading)), EVFILT_READ, EV_DELETE);
    }
    tell("EVFILT_READ of a pipe that is closed (EV_EOF is 0x8000)", watch(reading, EVFILT_READ));
    change(queue, 7, EVFILT_USER, EV_ADD | EV_CLEAR);
    change(queue, 7, EVFILT_USER, 0, NOTE_TRIGGER);
    change(queue, 7, EVFILT_USER, 0, NOTE_TRIGGER);
    tell("EVFILT_USER triggered twice", std::string_view(wait(queue)));
    tell("and once more looked at", std::string_view(wait(queue)));
}

std::string limit_word(rlim_t limit)
{
    return limit == RLIM_INFINITY ? "infinity" : std::to_string(limit);
}

void tell_descriptor_limit()
{
    rlimit found{};
    ::getrlimit(RLIMIT_NOFILE, &found);
    note("descriptors, soft and hard limit", limit_word(found.rlim_cur) + ' ' + limit_word(found.rlim_max));
    int each = 0;
    std::size_t size = sizeof each;
    if (::sysctlbyname("kern.maxfilesperproc", &each, &size, nullptr, 0) == 0)
        note("kern.maxfilesperproc", std::to_string(each));
    for (const rlim_t wanted : {rlim_t{10240}, rlim_t{65536}, rlim_t{1} << 20, RLIM_INFINITY}) {
        rlimit limit = found;
        limit.rlim_cur = wanted;
        if (wanted != RLIM_INFINITY && wanted > found.rlim_max) continue;
        const auto result = outcome(::setrlimit(RLIMIT_NOFILE, &limit));
        rlimit now{};
        ::getrlimit(RLIMIT_NOFILE, &now);
        note("limit of " + limit_word(wanted) + " descriptors, then", result + ' ' + limit_word(now.rlim_cur));
        ::setrlimit(RLIMIT_NOFILE, &found);
    }
}

void tell_quality(std::string_view key)
{
    const auto get = find_function<decltype(::pthread_get_qos_class_np)>("pthread_get_qos_class_np");
    if (get == nullptr) return tell(key, "not here");
    qos_class_t quality = QOS_CLASS_UNSPECIFIED;
    int relative = 0;
    get(::pthread_self(), &quality, &relative);
    tell(key, hex(quality));
}

}  // namespace

void probe_events()
{
    tell_signal("SIGUSR1 blocked, sent 3 times", SIGUSR1, Reception::Blocked);
    tell_signal("SIGUSR1 ignored, sent 3 times", SIGUSR1, Reception::Ignored);
    tell_signal("SIGINFO as it is", SIGINFO, Reception::Default);
    tell_signal("SIGINFO blocked", SIGINFO, Reception::Blocked);
    tell_signal("SIGINFO ignored", SIGINFO, Reception::Ignored);
    tell_signal("SIGWINCH as it is", SIGWINCH, Reception::Default);
    tell_signal("SIGWINCH blocked", SIGWINCH, Reception::Blocked);
    tell("EVFILT_TIMER counts in", std::string_view(timer_unit()));
    tell_descriptors();
}

void probe_process()
{
    tell_descriptor_limit();
    tell_quality("quality of service of the main thread");
    const int set = ::pthread_set_qos_class_self_np(QOS_CLASS_USER_INITIATED, 0);
    tell("user-initiated set", set == 0 ? std::string("ok") : error_name(set));
    tell_quality("quality of service then");
    const int type = IOPOL_TYPE_VFS_MATERIALIZE_DATALESS_FILES;
    tell("dataless policy", static_cast<std::int64_t>(::getiopolicy_np(type, IOPOL_SCOPE_PROCESS)));
    tell_outcome("dataless policy off",
                 ::setiopolicy_np(type, IOPOL_SCOPE_PROCESS, IOPOL_MATERIALIZE_DATALESS_FILES_OFF));
    tell("dataless policy then", static_cast<std::int64_t>(::getiopolicy_np(type, IOPOL_SCOPE_PROCESS)));
    tell_outcome("dataless policy on",
                 ::setiopolicy_np(type, IOPOL_SCOPE_PROCESS, IOPOL_MATERIALIZE_DATALESS_FILES_ON));
    write_file("process/file", "data");
    tell_outcome("chown to another user", ::chown("process/file", 12345, static_cast<gid_t>(-1)));
    tell_outcome("chown to a group that is not one's own", ::chown("process/file", static_cast<uid_t>(-1), 12345));
    note("groups", std::to_string(::getgroups(0, nullptr)));
}

}  // namespace probe
