// The process: its end, environment, limits, identity, terminal and I/O policy.
#include <grp.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "converted.h"
#include "imports.h"
#include "program.h"

namespace machorun {

Program& program()
{
    static Program running;
    return running;
}

namespace {

char*** get_environment()
{
    return &environ;
}
int* get_argument_count()
{
    return &program().argument_count;
}
char*** get_arguments()
{
    return &program().arguments;
}

// `size` counts the zero; if it is too small it says how much it takes.
int executable_path(char* out, std::uint32_t* size)
{
    const std::string& path = program().path;
    const std::uint32_t room = *size;
    *size = static_cast<std::uint32_t>(path.size() + 1);
    if (room < path.size() + 1) return -1;
    std::memcpy(out, path.c_str(), path.size() + 1);
    return 0;
}

const char* program_name()
{
    const std::string& path = program().path;
    return path.c_str() + path.rfind('/') + 1;
}

// RLIMIT_* of Darwin's <sys/resource.h>, in order from 0. RSS and AS are the same there, RLIM_INFINITY is signed.
constexpr std::array kHostLimit = {RLIMIT_CPU, RLIMIT_FSIZE,   RLIMIT_DATA,  RLIMIT_STACK, RLIMIT_CORE,
                                   RLIMIT_AS,  RLIMIT_MEMLOCK, RLIMIT_NPROC, RLIMIT_NOFILE};
constexpr std::uint64_t kDarwinInfinity = (std::uint64_t{1} << 63) - 1;

struct DarwinLimit {
    std::uint64_t current, maximum;
};

std::uint64_t to_darwin_limit(rlim_t value)
{
    return value == RLIM_INFINITY ? kDarwinInfinity : value;
}
rlim_t to_host_limit(std::uint64_t value)
{
    return value >= kDarwinInfinity ? RLIM_INFINITY : value;
}

int get_limit(unsigned resource, DarwinLimit* out)
{
    rlimit host{};
    if (resource >= kHostLimit.size()) return fail(EINVAL);
    if (getrlimit(kHostLimit[resource], &host) != 0) return fix(-1);
    *out = {to_darwin_limit(host.rlim_cur), to_darwin_limit(host.rlim_max)};
    return 0;
}

int set_limit(unsigned resource, const DarwinLimit* limit)
{
    if (resource >= kHostLimit.size()) return fail(EINVAL);
    const rlimit host{to_host_limit(limit->current), to_host_limit(limit->maximum)};
    return fix(setrlimit(kHostLimit[resource], &host));
}

int count_blocks(int fd, void* count)
{
    std::uint64_t bytes = 0;
    int block = 0;
    if (ioctl(fd, BLKGETSIZE64, &bytes) != 0 || ioctl(fd, BLKSSZGET, &block) != 0) return fix(-1);
    *static_cast<std::uint64_t*>(count) = bytes / static_cast<std::uint64_t>(block);
    return 0;
}

// What a program may ask about a terminal or a disk; everything else is refused.
int control(int fd, unsigned long request, void* argument)
{
    switch (request) {
        case 0x40087468: return fix(ioctl(fd, TIOCGWINSZ, argument));
        case 0x80087467: return fix(ioctl(fd, TIOCSWINSZ, argument));
        case 0x4004667f: return fix(ioctl(fd, FIONREAD, argument));
        case 0x8004667e: return fix(ioctl(fd, FIONBIO, argument));
        case 0x20006601: return fix(ioctl(fd, FIOCLEX));
        case 0x20006602: return fix(ioctl(fd, FIONCLEX));
        case 0x40046418: return fix(ioctl(fd, BLKSSZGET, argument));  // DKIOCGETBLOCKSIZE
        case 0x40086419: return count_blocks(fd, argument);           // DKIOCGETBLOCKCOUNT
        default: return fail(darwin::kEnotsup);
    }
}

// Types of policies: 0 disk, 1 atime updates, 3 materialising dataless files, ... Scopes: 0 process, 1 thread,
// 2 Darwin's background. Nothing here acts on them, except that programs can read back what they have set.
constexpr int kPolicyTypes = 11;
constexpr int kPolicyScopes = 3;
std::array<std::atomic<int>, kPolicyTypes * kPolicyScopes> io_policies;

int set_io_policy(int type, int scope, int policy)
{
    if (type < 0 || type >= kPolicyTypes || scope < 0 || scope >= kPolicyScopes || policy < 0) return fail(EINVAL);
    io_policies[type * kPolicyScopes + scope] = policy;
    return 0;
}

int get_io_policy(int type, int scope)
{
    if (type < 0 || type >= kPolicyTypes || scope < 0 || scope >= kPolicyScopes) return fail(EINVAL);
    return io_policies[type * kPolicyScopes + scope];
}

constexpr int kMaxEntropy = 256;

int get_entropy(void* out, std::size_t size)
{
    if (size > kMaxEntropy) return fail(EIO);
    return fix(getentropy(out, size));
}

void random_fill(void* out, std::size_t size)
{
    arc4random_buf(out, size);
}

// The host has these numbers for itself alone, so uids and gids agree.
int get_groups(int size, gid_t* out)
{
    return fix(getgroups(size, out));
}

// NGROUPS_MAX there. The first of the groups is the effective group: setting them sets that, too.
constexpr int kMaxGroups = 16;

int set_groups(int count, const gid_t* groups)
{
    if (count < 0 || count > kMaxGroups) return fail(EINVAL);
    if (setgroups(static_cast<std::size_t>(count), groups) != 0) return fix(-1);
    return count == 0 ? 0 : fix(setegid(groups[0]));
}

// A user with more groups keeps the first ones in the credential.
int init_groups(const char* user, int base)
{
    std::array<gid_t, kMaxGroups> groups;
    int count = kMaxGroups;
    getgrouplist(user, static_cast<gid_t>(base), groups.data(), &count);
    return set_groups(std::min(count, kMaxGroups), groups.data());
}

}  // namespace

std::span<const Import> process_imports()
{
    static const Import table[] = {
        import("_NSGetArgc", get_argument_count),
        import("_NSGetArgv", get_arguments),
        import("_NSGetEnviron", get_environment),
        import("_NSGetExecutablePath", executable_path),
        import("_exit", _exit),
        import("_Exit", _exit),
        import("abort", abort),
        import("arc4random", arc4random),
        import("arc4random_buf", random_fill),
        import("arc4random_uniform", arc4random_uniform),
        import(
            "atexit", +[](void (*function)()) { return std::atexit(function); }),
        import("at_quick_exit", at_quick_exit),
        import_data("environ", &environ),
        import("exit", exit),
        import("getegid", getegid),
        import("getentropy", get_entropy),
        import("getenv", getenv),
        import("geteuid", geteuid),
        import("getgid", getgid),
        import("getgroups", get_groups),
        import("getiopolicy_np", get_io_policy),
        import("getpgrp", getpgrp),
        import("getpid", getpid),
        import("getppid", getppid),
        import("getprogname", program_name),
        import("getrlimit", get_limit),
        import("getuid", getuid),
        import("ioctl", control),
        import("initgroups", init_groups),
        import_converted<isatty>("isatty"),
        import(
            "issetugid", +[] { return 0; }),
        import("quick_exit", quick_exit),
        import_converted<setenv>("setenv"),
        import_converted<setgid>("setgid"),
        import("setgroups", set_groups),
        import("setiopolicy_np", set_io_policy),
        import("setrlimit", set_limit),
        import_converted<setuid>("setuid"),
        import("umask", umask),
        import_converted<unsetenv>("unsetenv"),
    };
    return table;
}

}  // namespace machorun
