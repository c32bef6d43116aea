#pragma once
// Shows a run on standard output and standard error, in rsync's words. Failures and warnings go to standard error,
// everything else to standard output.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "report/output.h"
#include "report/progress_line.h"
#include "report/settings.h"
#include "sync/observer.h"
#include "sync/run.h"

namespace arsync::report {

class ConsoleReport : public sync::Observer {
public:
    using Clock = std::chrono::steady_clock;

    explicit ConsoleReport(const Settings& settings, Sink sink = platform::write_stream,
                           std::function<Clock::time_point()> now = Clock::now);

    [[nodiscard]] bool wants_items() const override;
    [[nodiscard]] bool wants_unchanged() const override;
    [[nodiscard]] bool wants_skips() const override { return settings_.skips; }

    void started(const sync::Progress& progress) override;
    void item(const sync::Item& item) override;
    void deleted(std::string_view path, platform::FileType type) override;
    void notice(const sync::Notice& notice) override;
    void failure(const sync::Failure& failure) override;
    void tick() override;
    void report() override;

    /// The closing lines: statistics, or why the run ended early. Nothing else is shown after it.
    void finish(const sync::Outcome& outcome);

    /// Set if standard output could not be written; what was to be shown after that is lost. EPIPE means that the
    /// reader did not want more.
    [[nodiscard]] std::optional<Error> write_error() const { return output_.write_error(); }

private:
    void print_line(std::string_view text);
    void begin_work();
    void print_header();
    void print_item(const sync::Item& item);
    void print_file_progress(const sync::Item& item);
    void print_ending(const sync::Outcome& outcome);
    [[nodiscard]] std::string total_progress_line(bool last) const;
    [[nodiscard]] std::string live_line(platform::Stream stream) const;
    void update_rates();
    [[nodiscard]] double elapsed() const;
    [[nodiscard]] bool works_on_terminal() const { return settings_.terminal && settings_.total_progress; }

    const Settings settings_;
    Output output_;
    std::function<Clock::time_point()> now_;
    Clock::time_point start_;
    Clock::time_point last_drawn_{};
    const sync::Progress* progress_ = nullptr;
    RateMeter copy_rate_;
    RateMeter done_rate_;
    bool header_printed_ = false;
    bool work_begun_ = false;
    std::uint64_t files_told_ = 0;  // transferred files, for xfr#
    std::uint64_t names_told_ = 0;  // for to-chk
};

}  // namespace arsync::report
