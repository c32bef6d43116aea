// __ulock_wait() and __ulock_wake(), under std::atomic::wait(). The host's futex compares 32 bits and Darwin's call up
// to 64, so threads are parked here: whoever wakes takes the same lock, so that no wake-up falls between a thread's
// comparison and its sleep.
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>

#include "darwin_errno.h"
#include "imports.h"

namespace machorun {
namespace {

// <sys/ulock.h> of XNU
constexpr std::uint32_t kOperationMask = 0xff;
constexpr std::uint32_t kCompareAndWait = 1;
constexpr std::uint32_t kCompareAndWaitShared = 3;
constexpr std::uint32_t kCompareAndWait64 = 5;
constexpr std::uint32_t kCompareAndWait64Shared = 6;
constexpr std::uint32_t kWakeAll = 0x100;
constexpr std::uint32_t kNoErrno = 0x1000000;  // the error is returned, negative

struct Waiter {
    const void* address;
    std::condition_variable wake;
    bool woken = false;
};

struct Bucket {
    std::mutex mutex;
    std::list<Waiter*> waiters;
};

Bucket& bucket_of(const void* address)
{
    static auto* const buckets = new std::array<Bucket, 64>;  // threads may wait on while the process exits
    return (*buckets)[(reinterpret_cast<std::uintptr_t>(address) >> 3) % buckets->size()];
}

int result_of(int error, std::uint32_t operation)
{
    if ((operation & kNoErrno) != 0) return -error;
    return fail(error);
}

bool is_known(std::uint32_t operation)
{
    const std::uint32_t kind = operation & kOperationMask;
    return kind == kCompareAndWait || kind == kCompareAndWaitShared || kind == kCompareAndWait64 ||
           kind == kCompareAndWait64Shared;
}

bool holds(const void* address, std::uint64_t value, std::uint32_t operation)
{
    const std::uint32_t kind = operation & kOperationMask;
    if (kind == kCompareAndWait || kind == kCompareAndWaitShared) {
        return __atomic_load_n(static_cast<const std::uint32_t*>(address), __ATOMIC_SEQ_CST) ==
               static_cast<std::uint32_t>(value);
    }
    return __atomic_load_n(static_cast<const std::uint64_t*>(address), __ATOMIC_SEQ_CST) == value;
}

// A timeout of 0 is none.
int wait(std::uint32_t operation, void* address, std::uint64_t value, std::uint32_t timeout_us)
{
    if (!is_known(operation)) return result_of(EINVAL, operation);
    Bucket& bucket = bucket_of(address);
    std::unique_lock lock(bucket.mutex);
    if (!holds(address, value, operation)) return static_cast<int>(bucket.waiters.size());
    Waiter waiter{address, {}, false};
    bucket.waiters.push_back(&waiter);
    const auto woken = [&] { return waiter.woken; };
    if (timeout_us == 0) {
        waiter.wake.wait(lock, woken);
    } else if (!waiter.wake.wait_for(lock, std::chrono::microseconds(timeout_us), woken)) {
        bucket.waiters.remove(&waiter);
        return result_of(60, operation);  // ETIMEDOUT
    }
    return 0;
}

int wake(std::uint32_t operation, void* address, std::uint64_t)
{
    if (!is_known(operation)) return result_of(EINVAL, operation);
    Bucket& bucket = bucket_of(address);
    const std::lock_guard lock(bucket.mutex);
    bool any = false;
    for (auto place = bucket.waiters.begin(); place != bucket.waiters.end();) {
        Waiter& waiter = **place;
        if (waiter.address != address) {
            ++place;
            continue;
        }
        place = bucket.waiters.erase(place);
        waiter.woken = true;
        waiter.wake.notify_one();
        any = true;
        if ((operation & kWakeAll) == 0) break;
    }
    return any ? 0 : result_of(ENOENT, operation);
}

}  // namespace

std::span<const Import> wait_on_address_imports()
{
    static const Import table[] = {
        import("__ulock_wait", wait),
        import("__ulock_wake", wake),
    };
    return table;
}

}  // namespace machorun
