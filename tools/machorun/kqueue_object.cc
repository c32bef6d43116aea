#include "kqueue_object.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "darwin_errno.h"
#include "signals.h"

namespace machorun {
namespace {

constexpr std::uint64_t kWakeId = 0;

constexpr std::uint16_t kReportedFlags = kOneShot | kClear | kReceipt | kDispatch;

void set_epoll(int poll, int operation, int fd, std::uint32_t events, std::uint64_t id)
{
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    epoll_ctl(poll, operation, fd, &event);
}

}  // namespace

std::expected<std::pair<std::shared_ptr<Kqueue>, int>, int> Kqueue::create()
{
    Descriptor wake = Descriptor::hidden(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake.is_open()) return std::unexpected(to_darwin(errno));
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    if (poll < 0) return std::unexpected(to_darwin(errno));
    set_epoll(poll, EPOLL_CTL_ADD, wake.get(), EPOLLIN, kWakeId);
    return std::pair(std::shared_ptr<Kqueue>(new Kqueue(poll, std::move(wake))), poll);
}

Kqueue::~Kqueue()
{
    if (!listens_to_signals_) return;
    remove_signal_listener(wake_.get());
    // A signal handler may just be about to write to it, so that its number must not mean another file. There are few.
    wake_.release();
}

void Kqueue::wake() const
{
    const std::uint64_t one = 1;
    if (write(wake_.get(), &one, sizeof one) < 0) {
    }  // it is at its maximum: readable anyway
}

// Only if it is worth it: a kqueue that is readable without an event would deceive a kqueue which watches it.
void Kqueue::wake_for(const Knote& knote) const
{
    if (knote.is_soft() && knote.is_enabled && knote.may_report()) wake();
}

int Kqueue::change(const KEvent& event)
{
    const Lock lock(mutex_);
    const auto place = knotes_.find({event.ident, event.filter});
    if (place == knotes_.end()) return (event.flags & kAdd) != 0 ? add(event) : ENOENT;
    if ((event.flags & kDelete) != 0) {
        remove(place);
        return 0;
    }
    Knote& knote = *place->second;
    if (const int error = knote.change(event); error != 0) return error;
    if ((event.flags & kDisable) != 0) {
        enable(knote, false);
    } else if ((event.flags & (kAdd | kEnable)) != 0) {
        enable(knote, true);
    }
    wake_for(knote);
    return 0;
}

int Kqueue::add(const KEvent& event)
{
    if (event.filter == kFilterSignal && !listens_to_signals_) {
        if (!add_signal_listener(wake_.get())) return ENOMEM;
        listens_to_signals_ = true;
    }
    auto made = make_knote(event);
    if (!made) return made.error();
    Knote& knote = **made;
    knote.id = ++last_id_;
    const Key key{event.ident, event.filter};
    keys_[knote.id] = key;
    if (knote.source() >= 0) set_epoll(poll_, EPOLL_CTL_ADD, knote.source(), EPOLLIN, knote.id);
    wake_for(knote);
    knotes_[key] = *std::move(made);
    if ((event.flags & kDisable) != 0) enable(knote, false);
    return 0;
}

// Closing a knote's descriptor takes it out of the epoll.
void Kqueue::remove(Knotes::iterator place)
{
    keys_.erase(place->second->id);
    knotes_.erase(place);
}

void Kqueue::enable(Knote& knote, bool enabled)
{
    if (knote.is_enabled == enabled) return;
    knote.is_enabled = enabled;
    if (knote.source() >= 0)
        set_epoll(poll_, EPOLL_CTL_MOD, knote.source(), enabled ? EPOLLIN : EPOLL_EVENTS{}, knote.id);
}

bool Kqueue::take_event(Knote& knote, KEvent& event)
{
    if (!knote.is_enabled) return false;
    const auto report = knote.take_report();
    if (!report) return false;
    event = knote.settings;
    event.flags = knote.settings.flags & kReportedFlags;
    if (report->is_eof) event.flags |= kEof;
    event.fflags = report->fflags;
    event.data = report->data;
    if ((knote.settings.flags & kOneShot) != 0) {
        remove(knotes_.find({knote.settings.ident, knote.settings.filter}));
    } else if ((knote.settings.flags & kDispatch) != 0) {
        enable(knote, false);
    }
    return true;
}

std::size_t Kqueue::take_events(std::span<KEvent> events)
{
    const Lock lock(mutex_);
    const std::size_t soft = take_soft_events(events);
    return soft + take_ready_events(events.subspan(soft));
}

// The eventfd is read before the knotes are looked at, so that a signal in between wakes again. It stays readable as
// long as something may be left: other threads wait for it, too.
std::size_t Kqueue::take_soft_events(std::span<KEvent> events)
{
    std::uint64_t ignored = 0;
    if (read(wake_.get(), &ignored, sizeof ignored) < 0) {
    }  // nobody has woken us
    std::size_t count = 0;
    bool may_have_more = false;
    for (auto place = knotes_.begin(); place != knotes_.end();) {
        Knote& knote = *place++->second;
        if (!knote.is_soft()) continue;
        if (count == events.size()) {
            may_have_more = true;
            break;
        }
        const bool is_level = !knote.clears() && (knote.settings.flags & (kOneShot | kDispatch)) == 0;
        if (!take_event(knote, events[count])) continue;
        may_have_more |= is_level;
        ++count;
    }
    if (may_have_more) wake();
    return count;
}

std::size_t Kqueue::take_ready_events(std::span<KEvent> events)
{
    std::array<epoll_event, 64> ready;
    const int found = epoll_wait(poll_, ready.data(), ready.size(), 0);
    std::size_t count = 0;
    for (int i = 0; i < found && count < events.size(); ++i) {
        const auto key = keys_.find(ready[i].data.u64);
        if (key == keys_.end()) continue;  // the eventfd, or a knote that has just been removed
        Knote& knote = *knotes_.at(key->second);
        if (!knote.is_soft() && take_event(knote, events[count])) ++count;
    }
    return count;
}

int Kqueue::sleep(const timespec* until) const
{
    was_interrupted_by_program();  // what was before does not count
    for (;;) {
        timespec left{};
        if (until != nullptr) {
            timespec now{};
            clock_gettime(CLOCK_MONOTONIC, &now);
            const std::int64_t nanoseconds =
                (until->tv_sec - now.tv_sec) * 1'000'000'000 + (until->tv_nsec - now.tv_nsec);
            if (nanoseconds <= 0) return kTimedOut;
            left = {nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
        }
        pollfd ready{poll_, POLLIN, 0};
        const int result = ppoll(&ready, 1, until != nullptr ? &left : nullptr, nullptr);
        if (result > 0) return (ready.revents & POLLNVAL) != 0 ? EBADF : 0;
        if (result == 0) return kTimedOut;
        if (errno != EINTR) return to_darwin(errno);
        if (was_interrupted_by_program()) return EINTR;
    }
}

void Kqueue::forget(int fd)
{
    const Lock lock(mutex_);
    for (const std::int16_t filter : {kFilterRead, kFilterWrite}) {
        const auto place = knotes_.find({static_cast<std::uint64_t>(fd), filter});
        if (place != knotes_.end()) remove(place);
    }
}

}  // namespace machorun
