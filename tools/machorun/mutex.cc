// Mutexes, condition variables, read-write locks and pthread_once.
//
// Darwin's objects begin with a signature, which says after a static initialiser that the rest is to be set up at the
// first use. The host's object lives behind the signature; a condition variable does not fit and is allocated.
#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <cstdint>
#include <ctime>

#include "darwin_errno.h"
#include "imports.h"

namespace machorun {
namespace {

// _PTHREAD_*_SIG_init of <pthread/pthread_impl.h>, and machorun's own.
constexpr std::uint64_t kStaticErrorCheckMutex = 0x32aaaba1;
constexpr std::uint64_t kStaticRecursiveMutex = 0x32aaaba2;
constexpr std::uint64_t kBusy = 0x6d72'6275'7379;
constexpr std::uint64_t kReady = 0x6d72'6f6b;

template <class Host>
struct Opaque {
    std::atomic<std::uint64_t> signature;
    Host host;
};

using Mutex = Opaque<pthread_mutex_t>;
using Condition = Opaque<pthread_cond_t*>;
using RwLock = Opaque<pthread_rwlock_t>;
using Once = Opaque<pthread_once_t>;
using MutexAttributes = Opaque<pthread_mutexattr_t>;
static_assert(sizeof(Mutex) <= 64 && sizeof(Condition) <= 48 && sizeof(RwLock) <= 200 && sizeof(Once) <= 16);
static_assert(sizeof(MutexAttributes) <= 16);

// Sets an object up once, whichever thread comes first. Others wait: it takes no time worth sleeping for.
template <class Object, class SetUp>
void ensure(Object* object, SetUp set_up)
{
    std::uint64_t seen = object->signature.load(std::memory_order_acquire);
    while (seen != kReady) {
        if (seen == kBusy) {
            sched_yield();
            seen = object->signature.load(std::memory_order_acquire);
        } else if (object->signature.compare_exchange_weak(seen, kBusy, std::memory_order_acquire)) {
            set_up(seen);
            object->signature.store(kReady, std::memory_order_release);
            return;
        }
    }
}

void set_up_mutex(Mutex* mutex, int type)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, type);
    pthread_mutex_init(&mutex->host, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

pthread_mutex_t* host_of(Mutex* mutex)
{
    ensure(mutex, [&](std::uint64_t signature) {
        set_up_mutex(mutex, signature == kStaticRecursiveMutex    ? PTHREAD_MUTEX_RECURSIVE
                            : signature == kStaticErrorCheckMutex ? PTHREAD_MUTEX_ERRORCHECK
                                                                  : PTHREAD_MUTEX_NORMAL);
    });
    return &mutex->host;
}

pthread_cond_t* host_of(Condition* condition)
{
    ensure(condition, [&](std::uint64_t) { condition->host = new pthread_cond_t(PTHREAD_COND_INITIALIZER); });
    return condition->host;
}

pthread_rwlock_t* host_of(RwLock* lock)
{
    ensure(lock, [&](std::uint64_t) { pthread_rwlock_init(&lock->host, nullptr); });
    return &lock->host;
}

int mutex_init(Mutex* mutex, const MutexAttributes* attributes)
{
    int type = PTHREAD_MUTEX_NORMAL;
    if (attributes != nullptr) pthread_mutexattr_gettype(&attributes->host, &type);
    set_up_mutex(mutex, type);
    mutex->signature.store(kReady);
    return 0;
}

int mutex_destroy(Mutex* mutex)
{
    const int error = pthread_mutex_destroy(host_of(mutex));
    if (error == 0) mutex->signature.store(0);
    return to_darwin(error);
}

int mutex_lock(Mutex* mutex)
{
    return to_darwin(pthread_mutex_lock(host_of(mutex)));
}
int mutex_try_lock(Mutex* mutex)
{
    return to_darwin(pthread_mutex_trylock(host_of(mutex)));
}
int mutex_unlock(Mutex* mutex)
{
    return to_darwin(pthread_mutex_unlock(host_of(mutex)));
}

int mutex_attributes_init(MutexAttributes* attributes)
{
    return pthread_mutexattr_init(&attributes->host);
}
int mutex_attributes_destroy(MutexAttributes*)
{
    return 0;
}

// NORMAL 0, ERRORCHECK 1 and RECURSIVE 2 there.
int mutex_attributes_set_type(MutexAttributes* attributes, int type)
{
    if (type < 0 || type > 2) return EINVAL;
    constexpr int kTypes[] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_RECURSIVE};
    return pthread_mutexattr_settype(&attributes->host, kTypes[type]);
}

int condition_init(Condition* condition, const void*)
{
    condition->host = new pthread_cond_t(PTHREAD_COND_INITIALIZER);
    condition->signature.store(kReady);
    return 0;
}

int condition_destroy(Condition* condition)
{
    pthread_cond_t* const host = host_of(condition);
    pthread_cond_destroy(host);
    condition->signature.store(0);
    delete host;
    return 0;
}

int condition_wait(Condition* condition, Mutex* mutex)
{
    return to_darwin(pthread_cond_wait(host_of(condition), host_of(mutex)));
}

int condition_timed_wait(Condition* condition, Mutex* mutex, const timespec* until)
{
    return to_darwin(pthread_cond_timedwait(host_of(condition), host_of(mutex), until));
}

int condition_timed_wait_relative(Condition* condition, Mutex* mutex, const timespec* duration)
{
    timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += duration->tv_sec;
    until.tv_nsec += duration->tv_nsec;
    if (until.tv_nsec >= 1'000'000'000) {
        until.tv_nsec -= 1'000'000'000;
        ++until.tv_sec;
    }
    return to_darwin(pthread_cond_clockwait(host_of(condition), host_of(mutex), CLOCK_MONOTONIC, &until));
}

int condition_signal(Condition* condition)
{
    return pthread_cond_signal(host_of(condition));
}
int condition_broadcast(Condition* condition)
{
    return pthread_cond_broadcast(host_of(condition));
}

int rwlock_init(RwLock* lock, const void*)
{
    pthread_rwlock_init(&lock->host, nullptr);
    lock->signature.store(kReady);
    return 0;
}

int rwlock_destroy(RwLock* lock)
{
    const int error = pthread_rwlock_destroy(host_of(lock));
    lock->signature.store(0);
    return to_darwin(error);
}

template <int (*function)(pthread_rwlock_t*) noexcept>
int rwlock(RwLock* lock)
{
    return to_darwin(function(host_of(lock)));
}

// The part behind the signature starts as zero, which is the host's PTHREAD_ONCE_INIT.
int once(Once* control, void (*function)())
{
    static_assert(PTHREAD_ONCE_INIT == 0);
    return to_darwin(pthread_once(&control->host, function));
}

}  // namespace

std::span<const Import> mutex_imports()
{
    static const Import table[] = {
        import("pthread_cond_broadcast", condition_broadcast),
        import("pthread_cond_destroy", condition_destroy),
        import("pthread_cond_init", condition_init),
        import("pthread_cond_signal", condition_signal),
        import("pthread_cond_timedwait", condition_timed_wait),
        import("pthread_cond_timedwait_relative_np", condition_timed_wait_relative),
        import("pthread_cond_wait", condition_wait),
        import("pthread_mutex_destroy", mutex_destroy),
        import("pthread_mutex_init", mutex_init),
        import("pthread_mutex_lock", mutex_lock),
        import("pthread_mutex_trylock", mutex_try_lock),
        import("pthread_mutex_unlock", mutex_unlock),
        import("pthread_mutexattr_destroy", mutex_attributes_destroy),
        import("pthread_mutexattr_init", mutex_attributes_init),
        import("pthread_mutexattr_settype", mutex_attributes_set_type),
        import("pthread_once", once),
        import("pthread_rwlock_destroy", rwlock_destroy),
        import("pthread_rwlock_init", rwlock_init),
        import("pthread_rwlock_rdlock", rwlock<pthread_rwlock_rdlock>),
        import("pthread_rwlock_tryrdlock", rwlock<pthread_rwlock_tryrdlock>),
        import("pthread_rwlock_trywrlock", rwlock<pthread_rwlock_trywrlock>),
        import("pthread_rwlock_unlock", rwlock<pthread_rwlock_unlock>),
        import("pthread_rwlock_wrlock", rwlock<pthread_rwlock_wrlock>),
    };
    return table;
}

}  // namespace machorun
