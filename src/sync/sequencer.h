#pragma once
// Puts what parallel tasks tell into rsync's order. The output is a list of segments, one per task, in tree order; a
// task may split off further segments behind its own for the tasks that it starts. Whatever belongs to the first
// unfinished segment is told at once, the rest waits for its turn.

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "sync/events.h"

namespace arsync::sync {

class Sequencer {
public:
    /// A place in the order. Owned by the sequencer, valid until close().
    struct Segment {
        std::vector<Event> events;
        Segment* next = nullptr;
        bool closed = false;
    };

    explicit Sequencer(Observer& observer);
    ~Sequencer();
    Sequencer(const Sequencer&) = delete;
    Sequencer& operator=(const Sequencer&) = delete;

    /// The place where everything begins.
    [[nodiscard]] Segment* first() { return head_; }
    /// A new place right behind `segment`. Something at or before that place must still be open.
    [[nodiscard]] Segment* insert_after(Segment* segment);
    void add(Segment* segment, Event event);
    /// Nothing more will come at this place.
    void close(Segment* segment);
    /// The run is over: tells what hard-link groups with names outside the transfer still hold back.
    void finish();

    /// Calls `tell` while nothing else is told.
    template <class Tell>
    void between_events(Tell tell)
    {
        const std::lock_guard lock(mutex_);
        tell(observer_);
    }

    /// Events that wait for their turn.
    [[nodiscard]] std::size_t backlog() const { return backlog_.load(std::memory_order_relaxed); }

private:
    void flush_head();
    void tell(Event& event);
    void tell_item(ItemEvent& item);
    void tell_plain(const ItemEvent& item);
    void tell_link_member(ItemEvent item);
    void tell_leader(ItemEvent leader);
    void tell_waiting(LinkGroupReport& group);
    void leave_alone(const LeftAloneEvent& member);
    void tell_follower(ItemEvent item, const std::string& leader);

    Observer& observer_;
    std::mutex mutex_;
    Segment* head_;
    std::atomic<std::size_t> backlog_ = 0;
    std::vector<std::shared_ptr<LinkGroupReport>> open_groups_;
};

}  // namespace arsync::sync
