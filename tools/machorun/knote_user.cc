// EVFILT_USER and EVFILT_SIGNAL: events without a descriptor of their own.
#include "darwin_errno.h"
#include "knote.h"
#include "signals.h"

namespace machorun {
namespace {

class UserKnote : public Knote {
public:
    explicit UserKnote(const KEvent& event) : Knote(event)
    {
        settings.fflags = 0;
        apply(event);
    }

    [[nodiscard]] bool may_report() const override { return is_triggered_; }

    std::optional<Report> take_report() override
    {
        if (!is_triggered_) return std::nullopt;
        if (clears()) is_triggered_ = false;
        return Report{settings.data, settings.fflags, false};
    }

    int change(const KEvent& event) override
    {
        apply(event);
        return Knote::change(event);
    }

private:
    void apply(const KEvent& event)
    {
        const std::uint32_t given = event.fflags & kUserFlags;
        switch (event.fflags & kUserControl) {
            case kUserAnd: settings.fflags &= given; break;
            case kUserOr: settings.fflags |= given; break;
            case kUserCopy: settings.fflags = given; break;
            default: break;
        }
        if ((event.fflags & kTrigger) == 0) return;
        is_triggered_ = true;
        settings.data = event.data;
    }

    bool is_triggered_ = false;
};

// "EV_CLEAR is set internally", says the manual, and data is the number of signals since the last report.
class SignalKnote : public Knote {
public:
    explicit SignalKnote(const KEvent& event) : Knote(event), signal_(static_cast<int>(event.ident))
    {
        settings.flags |= kClear;
        interest_in_signal(signal_);
        reported_ = signal_count(signal_);
    }
    ~SignalKnote() override { no_interest_in_signal(signal_); }

    [[nodiscard]] bool may_report() const override { return signal_count(signal_) != reported_; }

    std::optional<Report> take_report() override
    {
        const std::uint64_t now = signal_count(signal_);
        if (now == reported_) return std::nullopt;
        const auto news = static_cast<std::int64_t>(now - reported_);
        reported_ = now;
        return Report{news, 0, false};
    }

private:
    int signal_;
    std::uint64_t reported_;
};

}  // namespace

std::expected<std::unique_ptr<Knote>, int> make_user_knote(const KEvent& event)
{
    return std::make_unique<UserKnote>(event);
}

std::expected<std::unique_ptr<Knote>, int> make_signal_knote(const KEvent& event)
{
    if (event.ident >= kSignalCount || to_linux_signal(static_cast<int>(event.ident)) == 0) {
        return std::unexpected(EINVAL);
    }
    return std::make_unique<SignalKnote>(event);
}

std::expected<std::unique_ptr<Knote>, int> make_knote(const KEvent& event)
{
    if ((event.flags & kUdataSpecific) != 0) return std::unexpected(darwin::kEnotsup);
    switch (event.filter) {
        case kFilterRead:
        case kFilterWrite: return make_descriptor_knote(event);
        case kFilterTimer: return make_timer_knote(event);
        case kFilterUser: return make_user_knote(event);
        case kFilterSignal: return make_signal_knote(event);
        default: break;
    }
    return std::unexpected(event.filter < 0 && event.filter >= kLastFilter ? darwin::kEnotsup : EINVAL);
}

}  // namespace machorun
