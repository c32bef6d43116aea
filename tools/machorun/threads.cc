// Threads, their keys and attributes.
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "darwin_errno.h"
#include "imports.h"
#include "signal_masks.h"

namespace machorun {
namespace {

// A signature, then room for what fits the host's structure exactly.
struct DarwinAttributes {
    std::uint64_t signature;
    pthread_attr_t host;
};
static_assert(sizeof(DarwinAttributes) == 64);

struct Start {
    void* (*function)(void*);
    void* argument;
};

void* run_thread(void* memory)
{
    const Start start = *std::unique_ptr<Start>(static_cast<Start*>(memory));
    enter_thread();
    return start.function(start.argument);
}

int create(pthread_t* thread, const DarwinAttributes* attributes, void* (*function)(void*), void* argument)
{
    auto start = std::make_unique<Start>(function, argument);
    const int error =
        pthread_create(thread, attributes != nullptr ? &attributes->host : nullptr, run_thread, start.get());
    if (error == 0) start.release();
    return to_darwin(error);
}

int join(pthread_t thread, void** result)
{
    return to_darwin(pthread_join(thread, result));
}
int detach(pthread_t thread)
{
    return to_darwin(pthread_detach(thread));
}

// Darwin's keys are unsigned longs.
int create_key(unsigned long* key, void (*destroy)(void*))
{
    pthread_key_t host = 0;
    const int error = pthread_key_create(&host, destroy);
    *key = host;
    return to_darwin(error);
}

int delete_key(unsigned long key)
{
    return to_darwin(pthread_key_delete(static_cast<pthread_key_t>(key)));
}
void* get_specific(unsigned long key)
{
    return pthread_getspecific(static_cast<pthread_key_t>(key));
}

int set_specific(unsigned long key, const void* value)
{
    return to_darwin(pthread_setspecific(static_cast<pthread_key_t>(key), value));
}

int attributes_init(DarwinAttributes* attributes)
{
    return to_darwin(pthread_attr_init(&attributes->host));
}
int attributes_destroy(DarwinAttributes* attributes)
{
    return to_darwin(pthread_attr_destroy(&attributes->host));
}

int attributes_set_stack_size(DarwinAttributes* attributes, std::size_t size)
{
    return to_darwin(pthread_attr_setstacksize(&attributes->host, size));
}

int attributes_get_stack_size(const DarwinAttributes* attributes, std::size_t* size)
{
    return to_darwin(pthread_attr_getstacksize(&attributes->host, size));
}

// JOINABLE is 1 and DETACHED 2 there.
int attributes_set_detached(DarwinAttributes* attributes, int state)
{
    if (state != 1 && state != 2) return EINVAL;
    return to_darwin(
        pthread_attr_setdetachstate(&attributes->host, state == 2 ? PTHREAD_CREATE_DETACHED : PTHREAD_CREATE_JOINABLE));
}

// Names have up to 63 bytes there and 15 here; the program's own view is kept in full.
thread_local std::array<char, 64> thread_name;

int set_name(const char* name)
{
    if (std::strlen(name) >= thread_name.size()) return darwin::kEnametoolong;
    std::strcpy(thread_name.data(), name);
    pthread_setname_np(pthread_self(), std::string(name).substr(0, 15).c_str());
    return 0;
}

int get_name(pthread_t thread, char* out, std::size_t size)
{
    if (pthread_equal(thread, pthread_self()) == 0) return to_darwin(pthread_getname_np(thread, out, size));
    if (std::strlen(thread_name.data()) >= size) return ERANGE;
    std::strcpy(out, thread_name.data());
    return 0;
}

unsigned thread_port(pthread_t)
{
    return static_cast<unsigned>(gettid());
}

int thread_id(pthread_t, std::uint64_t* id)
{
    *id = static_cast<std::uint64_t>(gettid());
    return 0;
}

int is_main_thread()
{
    return getpid() == gettid() ? 1 : 0;
}

// The host has no such classes: they are remembered and change nothing.
constexpr unsigned kDefaultQos = 0x15;
thread_local unsigned qos_class = kDefaultQos;

int set_qos(unsigned wanted, int relative_priority)
{
    constexpr std::array<unsigned, 5> kClasses = {0x09, 0x11, 0x15, 0x19, 0x21};
    if (std::find(kClasses.begin(), kClasses.end(), wanted) == kClasses.end()) return EINVAL;
    if (relative_priority > 0 || relative_priority < -15) return EINVAL;
    qos_class = wanted;
    return 0;
}

unsigned get_qos()
{
    return qos_class;
}

}  // namespace

std::span<const Import> threads_imports()
{
    static const Import table[] = {
        import("pthread_attr_destroy", attributes_destroy),
        import("pthread_attr_getstacksize", attributes_get_stack_size),
        import("pthread_attr_init", attributes_init),
        import("pthread_attr_setdetachstate", attributes_set_detached),
        import("pthread_attr_setstacksize", attributes_set_stack_size),
        import("pthread_create", create),
        import("pthread_detach", detach),
        import("pthread_equal", pthread_equal),
        import("pthread_exit", pthread_exit),
        import("pthread_getname_np", get_name),
        import("pthread_getspecific", get_specific),
        import("pthread_join", join),
        import("pthread_key_create", create_key),
        import("pthread_key_delete", delete_key),
        import("pthread_mach_thread_np", thread_port),
        import("pthread_main_np", is_main_thread),
        import("pthread_self", pthread_self),
        import("pthread_set_qos_class_self_np", set_qos),
        import("pthread_setname_np", set_name),
        import("pthread_setspecific", set_specific),
        import("pthread_threadid_np", thread_id),
        import("qos_class_self", get_qos),
        import("sched_yield", sched_yield),
    };
    return table;
}

}  // namespace machorun
