// kqueue(), kevent() and kevent64().
#include "kqueue.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <unordered_map>

#include "darwin_errno.h"
#include "imports.h"
#include "kqueue_object.h"

namespace machorun {
namespace {

// Never destroyed: threads may wait for events while the process exits.
auto& table_mutex = *new std::mutex;
auto& table = *new std::unordered_map<int, std::shared_ptr<Kqueue>>;

std::shared_ptr<Kqueue> find(int fd)
{
    const std::lock_guard lock(table_mutex);
    const auto found = table.find(fd);
    return found != table.end() ? found->second : nullptr;
}

int create()
{
    auto made = Kqueue::create();
    if (!made) return fail(made.error());
    const std::lock_guard lock(table_mutex);
    table[made->second] = std::move(made->first);
    return made->second;
}

// Applies the changes. An error is reported in an event if there is room, which ends the call without a wait;
// EV_RECEIPT asks for an event in any case. Returns the number of such events, or -1 with errno.
template <class Event>
int apply_changes(Kqueue& queue, const Event* changes, int count, Event* events, int room)
{
    int reported = 0;
    for (int i = 0; i < count; ++i) {
        const Event change = changes[i];  // both lists may be the same array
        const int error = queue.change(change);
        if (error == 0 && (change.flags & kReceipt) == 0) continue;
        if (reported < room) {
            events[reported] = change;
            events[reported].flags = change.flags | kError;
            events[reported].data = error;
            ++reported;
        } else if (error != 0) {
            return fail(error);
        }
    }
    return reported;
}

// KEvent64 is a KEvent with more behind it, which no filter here uses.
template <class Event>
int take_events(Kqueue& queue, Event* events, int room)
{
    constexpr int kAtOnce = 64;
    std::array<KEvent, kAtOnce> taken;
    const std::size_t count = queue.take_events(std::span(taken).first(std::min(room, kAtOnce)));
    for (std::size_t i = 0; i < count; ++i) {
        events[i] = {};
        static_cast<KEvent&>(events[i]) = taken[i];
    }
    return static_cast<int>(count);
}

timespec deadline(const timespec& timeout)
{
    timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    constexpr time_t kLongest = 1'000'000'000;
    until.tv_sec += std::min(timeout.tv_sec, kLongest);
    until.tv_nsec += timeout.tv_nsec;
    if (until.tv_nsec >= 1'000'000'000) {
        until.tv_nsec -= 1'000'000'000;
        ++until.tv_sec;
    }
    return until;
}

template <class Event>
int wait_for_events(int fd, const Event* changes, int change_count, Event* events, int room, const timespec* timeout)
{
    const std::shared_ptr<Kqueue> queue = find(fd);
    if (queue == nullptr) return fail(EBADF);
    if (change_count < 0 || room < 0) return fail(EINVAL);
    if (timeout != nullptr && (timeout->tv_nsec < 0 || timeout->tv_nsec >= 1'000'000'000)) return fail(EINVAL);
    const int saved_errno = errno;
    const int reported = apply_changes(*queue, changes, change_count, events, room);
    if (reported != 0 || room == 0) return reported;

    const bool is_poll = timeout != nullptr && timeout->tv_sec <= 0 && timeout->tv_nsec == 0;
    const timespec until = timeout != nullptr ? deadline(*timeout) : timespec{};
    for (;;) {
        const int count = take_events(*queue, events, room);
        errno = saved_errno;
        if (count != 0 || is_poll) return count;
        const int error = queue->sleep(timeout != nullptr ? &until : nullptr);
        if (error == kTimedOut) return 0;
        if (error != 0) return fail(error);
    }
}

int kevent(int fd, const KEvent* changes, int change_count, KEvent* events, int room, const timespec* timeout)
{
    return wait_for_events(fd, changes, change_count, events, room, timeout);
}

int kevent64(int fd, const KEvent64* changes, int change_count, KEvent64* events, int room, unsigned flags,
             const timespec* timeout)
{
    constexpr timespec kNow{};
    if ((flags & ~(kImmediate | kErrorEventsOnly)) != 0) return fail(EINVAL);
    if ((flags & kErrorEventsOnly) != 0) {
        const std::shared_ptr<Kqueue> queue = find(fd);
        return queue == nullptr ? fail(EBADF) : apply_changes(*queue, changes, change_count, events, room);
    }
    return wait_for_events(fd, changes, change_count, events, room, (flags & kImmediate) != 0 ? &kNow : timeout);
}

}  // namespace

void kqueue_closed(int fd)
{
    std::shared_ptr<Kqueue> closed;  // outlives the lock
    const std::lock_guard lock(table_mutex);
    if (const auto found = table.find(fd); found != table.end()) {
        closed = std::move(found->second);
        table.erase(found);
    }
    for (const auto& [number, queue] : table) queue->forget(fd);
}

std::span<const Import> kqueue_imports()
{
    static const Import imports[] = {
        import("kevent", kevent),
        import("kevent64", kevent64),
        import("kqueue", create),
    };
    return imports;
}

}  // namespace machorun
