// Fault injection for tests: ARSYNC_FAULT=openat:ENOSPC:5,write:EIO:0 makes the fifth openat fail with ENOSPC and each
// write with EIO. EINTR with 0 fires on every other call, since a call that is always interrupted never ends.
// statx:SLOW:0 makes each statx take two milliseconds longer, as on a server far away.

#ifdef ARSYNC_FAULTS

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "platform/posix/sys.h"

namespace arsync::platform::sys {
namespace {

constexpr int kSlow = -1;
constexpr std::chrono::milliseconds kDelay{2};

struct Fault {
    std::string operation;
    int code = 0;  // kSlow: the call works
    unsigned long nth = 0;
    std::atomic<unsigned long> calls = 0;
};

int errno_by_name(std::string_view name)
{
    static constexpr std::pair<std::string_view, int> kNames[] = {
        {"SLOW", kSlow},      {"EPERM", EPERM},         {"ENOENT", ENOENT},   {"EINTR", EINTR},
        {"EIO", EIO},         {"EBADF", EBADF},         {"EAGAIN", EAGAIN},   {"ENOMEM", ENOMEM},
        {"EACCES", EACCES},   {"EBUSY", EBUSY},         {"EEXIST", EEXIST},   {"EXDEV", EXDEV},
        {"ENOTDIR", ENOTDIR}, {"EISDIR", EISDIR},       {"EINVAL", EINVAL},   {"ENFILE", ENFILE},
        {"EMFILE", EMFILE},   {"EFBIG", EFBIG},         {"ENOSPC", ENOSPC},   {"EROFS", EROFS},
        {"EMLINK", EMLINK},   {"EPIPE", EPIPE},         {"ELOOP", ELOOP},     {"ENAMETOOLONG", ENAMETOOLONG},
        {"ENOTSUP", ENOTSUP}, {"EDQUOT", EDQUOT},       {"ESTALE", ESTALE},   {"ENODATA", ENODATA},
        {"ENOSYS", ENOSYS},   {"ENOTEMPTY", ENOTEMPTY}, {"ETXTBSY", ETXTBSY},
    };
    for (const auto& [known, code] : kNames) {
        if (known == name) return code;
    }
    std::fprintf(stderr, "ARSYNC_FAULT: unknown errno %.*s\n", static_cast<int>(name.size()), name.data());
    std::abort();
}

std::vector<std::unique_ptr<Fault>> parse_faults()
{
    std::vector<std::unique_ptr<Fault>> faults;
    const char* text = std::getenv("ARSYNC_FAULT");
    std::string_view rest = text == nullptr ? "" : text;
    while (!rest.empty()) {
        const auto item = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), item.size() + 1));
        const auto first = item.find(':');
        const auto second = item.find(':', first + 1);
        if (first == std::string_view::npos || second == std::string_view::npos) {
            std::fprintf(stderr, "ARSYNC_FAULT: want OPERATION:ERRNO:N\n");
            std::abort();
        }
        auto fault = std::make_unique<Fault>();
        fault->operation = item.substr(0, first);
        fault->code = errno_by_name(item.substr(first + 1, second - first - 1));
        fault->nth = std::strtoul(std::string(item.substr(second + 1)).c_str(), nullptr, 10);
        faults.push_back(std::move(fault));
    }
    return faults;
}

}  // namespace

int injected_fault(const char* operation)
{
    static const auto faults = parse_faults();
    for (const auto& fault : faults) {
        if (fault->operation != operation) continue;
        const auto count = ++fault->calls;
        const bool always = fault->nth == 0 && (fault->code != EINTR || count % 2 == 1);
        if (fault->nth != count && !always) continue;
        if (fault->code != kSlow) return fault->code;
        std::this_thread::sleep_for(kDelay);
    }
    return 0;
}

}  // namespace arsync::platform::sys

#endif
