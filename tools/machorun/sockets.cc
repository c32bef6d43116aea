// Local sockets, and waiting for several descriptors. Addresses have other structures there, so that only connected
// pairs are here.
#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <vector>

#include "darwin_errno.h"
#include "imports.h"

namespace machorun {
namespace {

// AF_UNIX, SOCK_STREAM and SOCK_DGRAM are equal.
int make_pair(int domain, int type, int protocol, int* ends)
{
    constexpr int kFamilyNotSupported = 47;
    if (domain != AF_UNIX) return fail(kFamilyNotSupported);
    return fix(socketpair(domain, type, protocol, ends));
}

// -1 for flags that cannot be translated.
int host_flags(int flags)
{
    constexpr int kPeek = 0x2, kWaitAll = 0x40, kDontWait = 0x80, kNoSignal = 0x80000;
    if ((flags & ~(kPeek | kWaitAll | kDontWait | kNoSignal)) != 0) return -1;
    return ((flags & kPeek) != 0 ? MSG_PEEK : 0) | ((flags & kWaitAll) != 0 ? MSG_WAITALL : 0) |
           ((flags & kDontWait) != 0 ? MSG_DONTWAIT : 0) | ((flags & kNoSignal) != 0 ? MSG_NOSIGNAL : 0);
}

ssize_t send_bytes(int fd, const void* bytes, std::size_t size, int flags)
{
    if (host_flags(flags) < 0) return fail(darwin::kEnotsup);
    return fix(send(fd, bytes, size, host_flags(flags)));
}

ssize_t receive_bytes(int fd, void* bytes, std::size_t size, int flags)
{
    if (host_flags(flags) < 0) return fail(darwin::kEnotsup);
    return fix(recv(fd, bytes, size, host_flags(flags)));
}

int shut_down(int fd, int how)
{
    return fix(shutdown(fd, how));
}

// The first seven bits mean the same, POLLWRNORM is POLLOUT, and the bands are of no use.
int poll_descriptors(pollfd* descriptors, unsigned count, int timeout_ms)
{
    constexpr short kCommon = 0x7f;
    std::vector<pollfd> host(descriptors, descriptors + count);
    for (pollfd& entry : host) entry.events &= kCommon;
    const int result = fix(poll(host.data(), count, timeout_ms));
    for (unsigned i = 0; i < count; ++i) descriptors[i].revents = host[i].revents & kCommon;
    return result;
}

struct DarwinTimeval {
    std::int64_t seconds;
    std::int32_t microseconds;
};

// Sets of descriptors are the same bits. The time left is not written back there.
int select_descriptors(int count, fd_set* read, fd_set* write, fd_set* except, const DarwinTimeval* timeout)
{
    timeval host{};
    if (timeout != nullptr) host = {timeout->seconds, timeout->microseconds};
    return fix(select(count, read, write, except, timeout != nullptr ? &host : nullptr));
}

}  // namespace

std::span<const Import> sockets_imports()
{
    static const Import table[] = {
        import("poll", poll_descriptors), import("recv", receive_bytes), import("select", select_descriptors),
        import("send", send_bytes),       import("shutdown", shut_down), import("socketpair", make_pair),
    };
    return table;
}

}  // namespace machorun
