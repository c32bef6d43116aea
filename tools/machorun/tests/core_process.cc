// The process around the program: arguments, limits, users, identity, policies, ends of several kinds.
#include <fcntl.h>
#include <grp.h>
#include <mach-o/dyld.h>
#include <pwd.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core_check.h"

namespace {

void check_arguments(int argc, char** argv)
{
    CHECK(argc == 3 && std::string_view(argv[2]) == "arguments" && argv[3] == nullptr);
    char path[4096];
    std::uint32_t size = 3;
    CHECK(_NSGetExecutablePath(path, &size) == -1 && size > 3);
    CHECK(_NSGetExecutablePath(path, &size) == 0 && access(path, X_OK) == 0 && std::strlen(path) + 1 == size);
    CHECK(std::string_view(std::getenv("CORE_VARIABLE")) == "value");
    CHECK(setenv("CORE_NEW", "1", 1) == 0 && std::string_view(std::getenv("CORE_NEW")) == "1");
}

void check_limits()
{
    rlimit limit{};
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > 2 && limit.rlim_cur <= limit.rlim_max);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 100;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == 100);
    CHECK(sysconf(_SC_OPEN_MAX) == 100);
    limit.rlim_cur = before;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK(getrlimit(RLIMIT_CPU, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY);
    CHECK_ERRNO(getrlimit(99, &limit), EINVAL);
    CHECK(sysconf(_SC_PAGESIZE) == 4096 && sysconf(_SC_NPROCESSORS_ONLN) > 0);
    CHECK_ERRNO(sysconf(12345), EINVAL);
}

void check_users()
{
    char buffer[4096];
    passwd user{};
    passwd* found = nullptr;
    CHECK(getpwuid_r(0, &user, buffer, sizeof buffer, &found) == 0 && found == &user);
    CHECK(std::string_view(user.pw_name) == "root" && user.pw_gid == 0 && user.pw_dir[0] == '/');
    CHECK(user.pw_shell[0] == '/' && user.pw_class != nullptr && user.pw_expire == 0);
    CHECK(getpwnam_r("no such user", &user, buffer, sizeof buffer, &found) == 0 && found == nullptr);
    CHECK(getpwuid_r(0, &user, buffer, 2, &found) == ERANGE);
    group entry{};
    group* found_group = nullptr;
    CHECK(getgrnam_r("no such group", &entry, buffer, sizeof buffer, &found_group) == 0 && found_group == nullptr);
    CHECK(getgrgid_r(0, &entry, buffer, sizeof buffer, &found_group) == 0 && found_group == &entry);
    CHECK(entry.gr_gid == 0 && entry.gr_name != nullptr && entry.gr_mem != nullptr);
}

// The last of all: there is no way back. Lists of more than 16 groups are refused, and the first one is the effective
// group.
void check_becoming_another()
{
    const gid_t groups[17] = {7, 8};
    CHECK_ERRNO(setgroups(17, groups), EINVAL);
    if (geteuid() != 0) {
        CHECK_ERRNO(setgroups(1, groups), EPERM);
        return;
    }
    gid_t found[32] = {};
    CHECK(setgroups(2, groups) == 0 && getegid() == 7 && getgroups(32, found) == 2 && found[0] == 7 && found[1] == 8);
    CHECK(initgroups("root", 9) == 0 && getegid() == 9 && getgroups(32, found) >= 1);
    CHECK(setgid(65534) == 0 && getgid() == 65534 && getegid() == 65534);
    CHECK(setuid(65534) == 0 && getuid() == 65534 && geteuid() == 65534);
    CHECK_ERRNO(setuid(0), EPERM);
    CHECK_ERRNO(initgroups("root", 0), EPERM);
}

void check_system()
{
    int processors = 0;
    std::size_t size = sizeof processors;
    CHECK(sysctlbyname("hw.ncpu", &processors, &size, nullptr, 0) == 0 && processors > 0 && size == 4);
    std::uint64_t memory = 0;
    size = sizeof memory;
    CHECK(sysctlbyname("hw.memsize", &memory, &size, nullptr, 0) == 0 && memory > 1 << 20);
    CHECK_ERRNO(sysctlbyname("no.such.node", &memory, &size, nullptr, 0), ENOENT);
    utsname name{};
    CHECK(uname(&name) == 0 && std::string_view(name.sysname) == "Darwin");
    CHECK_ERRNO(ioctl(0x7fff, FIONREAD, &processors), EBADF);
    timeval now{};
    CHECK(gettimeofday(&now, nullptr) == 0 && now.tv_usec >= 0 && now.tv_usec < 1000000);
    timespec time{};
    CHECK(clock_gettime(CLOCK_UPTIME_RAW, &time) == 0 && clock_gettime(CLOCK_MONOTONIC, &time) == 0);
    CHECK_ERRNO(clock_gettime(static_cast<clockid_t>(99), &time), EINVAL);
    const std::time_t day = 86400;
    std::tm parts{};
    CHECK(gmtime_r(&day, &parts) == &parts && parts.tm_mday == 2 && parts.tm_year == 70);
    CHECK(setenv("TZ", "XYZ-2", 1) == 0);
    tzset();
    CHECK(localtime_r(&day, &parts) == &parts && parts.tm_hour == 2 && parts.tm_gmtoff == 7200);
    CHECK(localtime(&day)->tm_hour == 2 && std::string_view(parts.tm_zone) == "XYZ");
}

void check_policies()
{
    CHECK(getiopolicy_np(IOPOL_TYPE_DISK, IOPOL_SCOPE_PROCESS) == 0);
    CHECK(setiopolicy_np(IOPOL_TYPE_DISK, IOPOL_SCOPE_PROCESS, IOPOL_THROTTLE) == 0);
    CHECK(getiopolicy_np(IOPOL_TYPE_DISK, IOPOL_SCOPE_PROCESS) == IOPOL_THROTTLE);
    CHECK_ERRNO(setiopolicy_np(99, IOPOL_SCOPE_PROCESS, 1), EINVAL);
}

}  // namespace

int main(int argc, char** argv)
{
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (what == "exit") std::exit(7);
    if (what == "abort") std::abort();
    if (what == "usr1") raise(SIGUSR1);
    if (what == "throw") throw std::runtime_error("nobody catches this");
    if (what == "fork") {
        CHECK_ERRNO(fork(), ENOTSUP);
        return core_failures != 0;
    }
    check_arguments(argc, argv);
    check_limits();
    check_users();
    check_system();
    check_policies();
    check_becoming_another();
    return core_failures != 0;
}
