#include "platform/process.h"

#include <grp.h>
#include <pwd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include "platform/posix/memory.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

std::uint64_t raise_descriptor_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == -1) return 256;
    if (limit.rlim_cur < limit.rlim_max) {
        rlimit wanted = limit;
        // macOS takes no more than OPEN_MAX even where the hard limit says "infinity".
        wanted.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65536);
        if (wanted.rlim_cur > limit.rlim_cur && ::setrlimit(RLIMIT_NOFILE, &wanted) == 0) limit = wanted;
    }
    return limit.rlim_cur == RLIM_INFINITY ? 65536 : limit.rlim_cur;
}

const std::vector<gid_t>& own_groups()
{
    static const std::vector<gid_t> groups = [] {
        std::vector<gid_t> list(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
        const int count = ::getgroups(static_cast<int>(list.size()), list.data());
        list.resize(static_cast<std::size_t>(std::max(0, count)));
        list.push_back(::getegid());
        return list;
    }();
    return groups;
}

/// A group is an int to macOS here.
template <class Group>
int init_groups(int (*call)(const char*, Group), const char* name, gid_t group)
{
    return call(name, static_cast<Group>(group));
}

/// Calls a getpwuid_r-like function with a buffer that grows until it fits.
template <class Record, class Lookup>
std::optional<Record> look_up(Lookup lookup, std::vector<char>& buffer)
{
    Record record{};
    for (buffer.resize(1024);; buffer.resize(buffer.size() * 4)) {
        Record* found = nullptr;
        const int error = lookup(&record, buffer.data(), buffer.size(), &found);
        if (error == ERANGE) continue;
        if (error != 0 || found == nullptr) return std::nullopt;
        return record;
    }
}

}  // namespace

ProcessFacts prepare_process()
{
    ProcessFacts facts;
    facts.user = ::geteuid();
    facts.group = ::getegid();
    facts.privileged = facts.user == 0;
    facts.umask = static_cast<Mode>(::umask(0));
    facts.cores = std::max(1U, std::thread::hardware_concurrency());
    facts.descriptors = raise_descriptor_limit();
    std::signal(SIGPIPE, SIG_IGN);
    give_back_large_blocks();
    return facts;
}

Status become(const NewIdentity& identity, ProcessFacts& facts)
{
    auto group = identity.group;
    std::string name;
    if (!group) {
        std::vector<char> buffer;
        const auto record =
            look_up<passwd>([&](passwd* entry, char* bytes, std::size_t size,
                                passwd** found) { return ::getpwuid_r(identity.user, entry, bytes, size, found); },
                            buffer);
        if (!record) return fail(Operation::BecomeUser, ENOENT);
        name = record->pw_name;
        group = record->pw_gid;
    }
    const gid_t only = *group;
    const auto set_groups = [&] {
        return name.empty() ? ::setgroups(1, &only) : init_groups(::initgroups, name.c_str(), only);
    };
    if (sys::call("setgid", [&] { return ::setgid(only); }) == -1 || sys::call("setgroups", set_groups) == -1 ||
        sys::call("setuid", [&] { return ::setuid(identity.user); }) == -1)
        return fail(Operation::BecomeUser, errno);
    facts.user = identity.user;
    facts.group = only;
    facts.privileged = facts.user == 0;
    return {};
}

bool is_member_of(GroupId group)
{
    return std::ranges::find(own_groups(), group) != own_groups().end();
}

std::uint64_t process_id()
{
    return static_cast<std::uint64_t>(::getpid());
}

std::optional<std::string> environment(const char* name)
{
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
}

std::optional<std::string> user_name(UserId id)
{
    std::vector<char> buffer;
    const auto record = look_up<passwd>([id](passwd* entry, char* bytes, std::size_t size,
                                             passwd** found) { return ::getpwuid_r(id, entry, bytes, size, found); },
                                        buffer);
    if (!record) return std::nullopt;
    return record->pw_name;
}

std::optional<std::string> group_name(GroupId id)
{
    std::vector<char> buffer;
    const auto record = look_up<group>([id](group* entry, char* bytes, std::size_t size,
                                            group** found) { return ::getgrgid_r(id, entry, bytes, size, found); },
                                       buffer);
    if (!record) return std::nullopt;
    return record->gr_name;
}

std::optional<UserId> user_id(const std::string& name)
{
    std::vector<char> buffer;
    const auto record =
        look_up<passwd>([&name](passwd* entry, char* bytes, std::size_t size,
                                passwd** found) { return ::getpwnam_r(name.c_str(), entry, bytes, size, found); },
                        buffer);
    if (!record) return std::nullopt;
    return record->pw_uid;
}

std::optional<GroupId> group_id(const std::string& name)
{
    std::vector<char> buffer;
    const auto record =
        look_up<group>([&name](group* entry, char* bytes, std::size_t size,
                               group** found) { return ::getgrnam_r(name.c_str(), entry, bytes, size, found); },
                       buffer);
    if (!record) return std::nullopt;
    return record->gr_gid;
}

void die_by_interrupt()
{
    std::signal(SIGINT, SIG_DFL);
    // The event loop has it blocked: raised so, it would only wait.
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    ::pthread_sigmask(SIG_UNBLOCK, &interrupt, nullptr);
    std::raise(SIGINT);
    std::_Exit(20);
}

std::uint64_t random_number()
{
    thread_local std::mt19937_64 engine = [] {
        std::uint64_t seed = 0;
        if (::getentropy(&seed, sizeof seed) != 0)  // a kernel that has none
            seed = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
        return std::mt19937_64(seed);
    }();
    return engine();
}

}  // namespace arsync::platform
