// EVFILT_TIMER, over timerfd.
#include <sys/timerfd.h>

#include <cerrno>
#include <limits>

#include "darwin_errno.h"
#include "descriptor.h"
#include "knote.h"

namespace machorun {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

std::int64_t unit_of(std::uint32_t fflags)
{
    if ((fflags & kSeconds) != 0) return kNanosecondsPerSecond;
    if ((fflags & kMicroseconds) != 0) return 1'000;
    if ((fflags & kNanoseconds) != 0) return 1;
    return 1'000'000;
}

timespec to_timespec(std::int64_t value, std::int64_t unit)
{
    if (unit == kNanosecondsPerSecond) return {value, 0};
    const std::int64_t per_second = kNanosecondsPerSecond / unit;
    return {value / per_second, value % per_second * unit};
}

// Which of the clocks counts is decided when the timer is made: NOTE_ABSOLUTE is a time of day.
class TimerKnote : public Knote {
public:
    TimerKnote(const KEvent& event, Descriptor timer) : Knote(event), timer_(std::move(timer))
    {
        settings.flags |= kClear;  // "set internally"
        if ((event.fflags & kAbsolute) != 0) settings.flags |= kOneShot;
    }

    [[nodiscard]] int source() const override { return timer_.get(); }

    int arm(const KEvent& event)
    {
        if (event.data < 0) return EINVAL;
        itimerspec times{};
        times.it_value = to_timespec(event.data, unit_of(event.fflags));
        const bool is_now = times.it_value.tv_sec == 0 && times.it_value.tv_nsec == 0;
        if (is_now) times.it_value.tv_nsec = 1;  // 0 would disarm the host's timer
        if ((settings.flags & kOneShot) == 0) times.it_interval = times.it_value;
        const int flags = (event.fflags & kAbsolute) != 0 ? TFD_TIMER_ABSTIME : 0;
        return timerfd_settime(timer_.get(), flags, &times, nullptr) == 0 ? 0 : to_darwin(errno);
    }

    std::optional<Report> take_report() override
    {
        std::uint64_t expirations = 0;
        if (read(timer_.get(), &expirations, sizeof expirations) != sizeof expirations) return std::nullopt;
        return Report{static_cast<std::int64_t>(expirations), 0, false};
    }

    // "Re-adding an existing timer" starts it anew.
    int change(const KEvent& event) override
    {
        if ((event.flags & kAdd) != 0) {
            if (((event.fflags ^ settings.fflags) & kAbsolute) != 0) return darwin::kEnotsup;
            if (const int error = arm(event); error != 0) return error;
            settings.fflags = event.fflags;
            settings.data = event.data;
        }
        return Knote::change(event);
    }

private:
    Descriptor timer_;
};

}  // namespace

std::expected<std::unique_ptr<Knote>, int> make_timer_knote(const KEvent& event)
{
    constexpr std::uint32_t kKnown = kSeconds | kMicroseconds | kNanoseconds | kAbsolute | kTimerHints;
    if ((event.fflags & ~kKnown) != 0) return std::unexpected(darwin::kEnotsup);  // NOTE_MACHTIME
    const clockid_t clock = (event.fflags & kAbsolute) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    Descriptor timer = Descriptor::hidden(timerfd_create(clock, TFD_NONBLOCK | TFD_CLOEXEC));
    if (!timer.is_open()) return std::unexpected(to_darwin(errno));
    auto knote = std::make_unique<TimerKnote>(event, std::move(timer));
    if (const int error = knote->arm(event); error != 0) return std::unexpected(error);
    return knote;
}

}  // namespace machorun
