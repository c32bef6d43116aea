// What the machine is: sysconf(), sysctl(), uname() and the Mach calls that count threads.
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "darwin_errno.h"
#include "imports.h"

namespace machorun {
namespace {

// The system that is imitated: macOS 13.6.
constexpr const char* kRelease = "22.6.0";
constexpr const char* kProductVersion = "13.6";
constexpr const char* kVersion = "Darwin Kernel Version 22.6.0: machorun";
constexpr int kArgumentMax = 1024 * 1024;

struct SysconfName {
    int darwin;
    int host;
};

// _SC_* of Darwin's <unistd.h>
constexpr SysconfName kSysconfNames[] = {
    {2, _SC_CHILD_MAX},         {3, _SC_CLK_TCK},           {4, _SC_NGROUPS_MAX},       {5, _SC_OPEN_MAX},
    {6, _SC_JOB_CONTROL},       {7, _SC_SAVED_IDS},         {26, _SC_STREAM_MAX},       {29, _SC_PAGESIZE},
    {57, _SC_NPROCESSORS_CONF}, {58, _SC_NPROCESSORS_ONLN}, {70, _SC_GETGR_R_SIZE_MAX}, {71, _SC_GETPW_R_SIZE_MAX},
    {72, _SC_HOST_NAME_MAX},    {73, _SC_LOGIN_NAME_MAX},   {96, _SC_THREADS},          {200, _SC_PHYS_PAGES},
};

long darwin_sysconf(int name)
{
    constexpr int kArgMaxName = 1;
    constexpr int kIovMaxName = 56;
    if (name == kArgMaxName) return kArgumentMax;
    if (name == kIovMaxName) return 1024;
    const auto* const found = std::ranges::find(kSysconfNames, name, &SysconfName::darwin);
    if (found == std::end(kSysconfNames)) return fail(EINVAL);
    return fix(sysconf(found->host));
}

using Value = std::variant<int, std::int64_t, std::string>;

std::string host_name()
{
    utsname host{};
    uname(&host);
    return host.nodename;
}

struct Node {
    std::string_view name;
    int mib[2];  // {0, 0} for a node which has a name alone
    Value (*value)();
};

Value processors()
{
    return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
}

const Node kNodes[] = {
    {"kern.ostype", {1, 1}, [] { return Value("Darwin"); }},
    {"kern.osrelease", {1, 2}, [] { return Value(kRelease); }},
    {"kern.version", {1, 4}, [] { return Value(kVersion); }},
    {"kern.argmax", {1, 8}, [] { return Value(kArgumentMax); }},
    {"kern.hostname", {1, 10}, [] { return Value(host_name()); }},
    {"kern.maxfilesperproc", {1, 29}, [] { return Value(10240); }},
    {"kern.osproductversion", {0, 0}, [] { return Value(kProductVersion); }},
    {"hw.machine", {6, 1}, [] { return Value("x86_64"); }},
    {"hw.ncpu", {6, 3}, processors},
    {"hw.pagesize", {6, 7}, [] { return Value(static_cast<int>(sysconf(_SC_PAGESIZE))); }},
    {"hw.memsize", {6, 24}, [] { return Value(std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE)); }},
    {"hw.availcpu", {6, 25}, processors},
    {"hw.activecpu", {0, 0}, processors},
    {"hw.logicalcpu", {0, 0}, processors},
    {"hw.physicalcpu", {0, 0}, processors},
};

int give_value(const Value& value, void* out, std::size_t* size)
{
    const void* bytes = nullptr;
    std::size_t length = 0;
    if (const auto* text = std::get_if<std::string>(&value)) {
        bytes = text->c_str();
        length = text->size() + 1;
    } else if (const auto* number = std::get_if<int>(&value)) {
        bytes = number;
        length = sizeof *number;
    } else {
        bytes = &std::get<std::int64_t>(value);
        length = sizeof(std::int64_t);
    }
    if (size == nullptr) return 0;
    const std::size_t room = *size;
    *size = length;
    if (out == nullptr) return 0;
    std::memcpy(out, bytes, std::min(room, length));
    if (room >= length) return 0;
    *size = room;
    return fail(ENOMEM);
}

// Nothing can be set.
int sysctl_by_name(const char* name, void* out, std::size_t* size, const void* new_value, std::size_t)
{
    const auto* const found = std::ranges::find(kNodes, std::string_view(name), &Node::name);
    if (found == std::end(kNodes)) return fail(ENOENT);
    if (new_value != nullptr) return fail(EPERM);
    return give_value(found->value(), out, size);
}

int sysctl_by_number(const int* mib, unsigned length, void* out, std::size_t* size, const void* new_value, std::size_t)
{
    const auto* const found = std::ranges::find_if(
        kNodes, [&](const Node& node) { return length == 2 && node.mib[0] == mib[0] && node.mib[1] == mib[1]; });
    if (found == std::end(kNodes) || mib[0] == 0) return fail(ENOENT);
    if (new_value != nullptr) return fail(EPERM);
    return give_value(found->value(), out, size);
}

struct DarwinUname {
    char system[256], node[256], release[256], version[256], machine[256];
};

int darwin_uname(DarwinUname* out)
{
    *out = {};
    std::strcpy(out->system, "Darwin");
    host_name().copy(out->node, sizeof out->node - 1);
    std::strcpy(out->release, kRelease);
    std::strcpy(out->version, kVersion);
    std::strcpy(out->machine, "x86_64");
    return 0;
}

int get_host_name(char* out, std::size_t size)
{
    return fix(gethostname(out, size));
}

// GoogleTest counts threads like this before a death test.
constexpr unsigned kTaskPort = 0x103;
const unsigned task_self = kTaskPort;

int task_threads(unsigned, unsigned** threads, unsigned* count)
{
    std::vector<unsigned> ids;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
        ids.push_back(static_cast<unsigned>(std::stoul(entry.path().filename().string())));
    }
    void* const memory =
        mmap(nullptr, ids.size() * sizeof(unsigned), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return 3;  // KERN_NO_SPACE
    std::memcpy(memory, ids.data(), ids.size() * sizeof(unsigned));
    *threads = static_cast<unsigned*>(memory);
    *count = static_cast<unsigned>(ids.size());
    return 0;
}

int vm_deallocate(unsigned, std::uintptr_t address, std::size_t size)
{
    return munmap(reinterpret_cast<void*>(address), size) == 0 ? 0 : 1;  // KERN_INVALID_ADDRESS
}

}  // namespace

std::span<const Import> system_imports()
{
    static const Import table[] = {
        import("gethostname", get_host_name),       import("getpagesize", getpagesize),
        import_data("mach_task_self_", &task_self), import("sysconf", darwin_sysconf),
        import("sysctl", sysctl_by_number),         import("sysctlbyname", sysctl_by_name),
        import("task_threads", task_threads),       import("uname", darwin_uname),
        import("vm_deallocate", vm_deallocate),
    };
    return table;
}

}  // namespace machorun
