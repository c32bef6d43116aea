#pragma once
// Writes down what the engine tells, as rsync's -i would print it.

#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "report/item_line.h"
#include "sync/observer.h"

namespace arsync::sync::test {

using Lines = std::vector<std::string>;

class Recorder : public Observer {
public:
    explicit Recorder(bool unchanged = false) : unchanged_(unchanged) {}

    [[nodiscard]] bool wants_items() const override { return true; }
    [[nodiscard]] bool wants_unchanged() const override { return unchanged_; }
    [[nodiscard]] bool wants_skips() const override { return unchanged_; }

    void started(const Progress&) override { ++starts; }
    void item(const Item& item) override
    {
        lines.push_back(report::itemize(item) + ' ' + report::shown_name(item.path, item.metadata.type, true) +
                        report::where_it_leads(item));
    }
    void deleted(std::string_view path, platform::FileType type) override
    {
        lines.push_back("*deleting   " + report::shown_name(path, type, true));
    }
    void notice(const Notice& notice) override
    {
        if (notice.kind != NoticeKind::CreatedDestination) lines.push_back("notice " + std::string(notice.path));
    }
    void failure(const Failure& failure) override
    {
        lines.push_back((failure.warning ? "warning " : "failure ") + failure.message);
    }
    void tick() override
    {
        ++ticks;
        ticked_by = std::this_thread::get_id();
    }

    /// What was told since the last call.
    [[nodiscard]] Lines take() { return std::exchange(lines, {}); }

    Lines lines;
    int starts = 0;
    int ticks = 0;
    std::thread::id ticked_by;

private:
    bool unchanged_;
};

/// Calls `on_item` whenever it is told of an item; the run waits meanwhile.
class SlowRecorder : public Recorder {
public:
    explicit SlowRecorder(std::function<void()> on_item) : on_item_(std::move(on_item)) {}
    void item(const Item& item) override
    {
        Recorder::item(item);
        on_item_();
    }

private:
    std::function<void()> on_item_;
};

}  // namespace arsync::sync::test
