#pragma once
// Shows a run on standard output and standard error, in rsync's words. Failures and warnings go to standard error,
// everything else to standard output.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "report/line_format.h"
#include "report/log_file.h"
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

    /// From now on everything is told there as well; before the run begins.
    void set_log(LogFile log) { log_.emplace(std::move(log)); }

    [[nodiscard]] bool wants_items() const override;
    [[nodiscard]] bool wants_long_names() const override;
    [[nodiscard]] bool wants_second_attempts() const override;
    [[nodiscard]] bool wants_rules() const override { return settings_.filter_notes; }
    [[nodiscard]] bool wants_unchanged() const override;
    [[nodiscard]] bool wants_skips() const override { return settings_.skips; }

    void started(const sync::Progress& progress) override;
    void item(const sync::Item& item) override;
    void deleted(std::string_view path, platform::FileType type) override;
    void notice(const sync::Notice& notice) override;
    void failure(const sync::Failure& failure) override;
    void listed(const sync::Listed& listed) override;
    void tick() override;
    void report() override;

    /// The closing lines: statistics, or why the run ended early. Nothing else is shown after it.
    void finish(const sync::Outcome& outcome);

    /// Set if the log file could not be written.
    [[nodiscard]] std::optional<Error> log_error() const { return log_ ? log_->write_error() : std::nullopt; }

    /// Set if standard output could not be written; what was to be shown after that is lost. EPIPE means that the
    /// reader did not want more.
    [[nodiscard]] std::optional<Error> write_error() const { return output_.write_error(); }

private:
    // print: standard output, unless -q; log: the log file, if there is one; tell: both.
    void print(std::string_view text);
    void print_line(std::string_view text);
    void log_line(std::string_view text);
    void tell_line(std::string_view text);
    void tell_error(std::string_view text);
    void begin_work();
    void print_header();
    void tell_item(const sync::Item& item);
    void tell_rule(std::string_view what, const sync::Notice& notice);
    void print_file_progress(const sync::Item& item);
    void print_ending(const sync::Outcome& outcome);
    [[nodiscard]] std::string total_progress_line(bool last) const;
    [[nodiscard]] std::string live_line(platform::Stream stream) const;
    void update_rates();
    [[nodiscard]] double elapsed() const;
    [[nodiscard]] bool works_on_terminal() const { return settings_.terminal && settings_.total_progress; }

    const Settings settings_;
    const LineFormat format_;
    const LineFormat log_format_;
    std::optional<LogFile> log_;
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
