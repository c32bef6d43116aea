// One kqueue: an epoll that holds a descriptor per knote, and an eventfd for knotes that have none.
#pragma once

#include <csignal>
#include <cstdint>
#include <ctime>
#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <utility>

#include "descriptor.h"
#include "knote.h"

namespace machorun {

constexpr int kTimedOut = 60;  // ETIMEDOUT

class Kqueue {
public:
    // The kqueue with its descriptor, which the program owns, or a Darwin error.
    static std::expected<std::pair<std::shared_ptr<Kqueue>, int>, int> create();
    ~Kqueue();
    Kqueue(const Kqueue&) = delete;
    Kqueue& operator=(const Kqueue&) = delete;

    // Applies one entry of a change list. 0 or a Darwin error.
    int change(const KEvent& event);

    // Moves events that have happened to `events`, returns how many.
    std::size_t take_events(std::span<KEvent> events);

    // Sleeps until there may be events. 0, or a Darwin error: ETIMEDOUT, EINTR. Without `until`, for ever.
    int sleep(const timespec* until) const;

    // The program closes the descriptor.
    void forget(int fd);

private:
    // kevent() is a system call on macOS, which signal handlers may use. Here it takes a lock, so a handler must not
    // run on the thread that holds it.
    class Lock {
    public:
        explicit Lock(std::mutex& mutex) : mutex_(mutex)
        {
            sigset_t all;
            sigfillset(&all);
            pthread_sigmask(SIG_SETMASK, &all, &before_);
            mutex_.lock();
        }
        ~Lock()
        {
            mutex_.unlock();
            pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        }
        Lock(const Lock&) = delete;
        Lock& operator=(const Lock&) = delete;

    private:
        std::mutex& mutex_;
        sigset_t before_;
    };

    using Key = std::pair<std::uint64_t, std::int16_t>;
    using Knotes = std::map<Key, std::unique_ptr<Knote>>;

    Kqueue(int poll, Descriptor wake) : poll_(poll), wake_(std::move(wake)) {}
    int add(const KEvent& event);
    void remove(Knotes::iterator place);
    void enable(Knote& knote, bool enabled);
    void wake() const;
    void wake_for(const Knote& knote) const;
    bool take_event(Knote& knote, KEvent& event);
    std::size_t take_soft_events(std::span<KEvent> events);
    std::size_t take_ready_events(std::span<KEvent> events);

    int poll_;
    Descriptor wake_;
    std::mutex mutex_;
    Knotes knotes_;
    std::unordered_map<std::uint64_t, Key> keys_;  // by the knote's id
    std::uint64_t last_id_ = 0;
    bool listens_to_signals_ = false;
};

}  // namespace machorun
