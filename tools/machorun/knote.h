// One event that a kqueue watches for.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>

#include "kevent_types.h"

namespace machorun {

// What a knote has to report: these members of the event, besides those the program has set.
struct Report {
    std::int64_t data = 0;
    std::uint32_t fflags = 0;
    bool is_eof = false;
};

// A knote is only used under its kqueue's lock.
class Knote {
public:
    explicit Knote(const KEvent& added) : settings(added) {}
    virtual ~Knote() = default;
    Knote(const Knote&) = delete;
    Knote& operator=(const Knote&) = delete;

    // A descriptor that is readable when there may be something to report; -1 if there is none.
    [[nodiscard]] virtual int source() const { return -1; }

    // Whether its state has to be looked at each time, because no descriptor tells.
    [[nodiscard]] virtual bool is_soft() const { return source() < 0; }

    // For soft knotes: false if there is certainly nothing to report.
    [[nodiscard]] virtual bool may_report() const { return true; }

    // What there is to report now. With EV_CLEAR it is not reported again before something new happens.
    virtual std::optional<Report> take_report() = 0;

    // The program adds the knote again, or changes it (EV_ADD not set). Returns 0 or a Darwin error.
    virtual int change(const KEvent& event)
    {
        settings.udata = event.udata;
        return 0;
    }

    [[nodiscard]] bool clears() const { return (settings.flags & kClear) != 0; }

    KEvent settings;
    bool is_enabled = true;
    std::uint64_t id = 0;  // within the kqueue
};

// Makes the knote of an EV_ADD, or returns a Darwin error.
std::expected<std::unique_ptr<Knote>, int> make_knote(const KEvent& event);

// One filter each.
std::expected<std::unique_ptr<Knote>, int> make_descriptor_knote(const KEvent& event);
std::expected<std::unique_ptr<Knote>, int> make_timer_knote(const KEvent& event);
std::expected<std::unique_ptr<Knote>, int> make_user_knote(const KEvent& event);
std::expected<std::unique_ptr<Knote>, int> make_signal_knote(const KEvent& event);

}  // namespace machorun
