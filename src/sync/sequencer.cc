#include "sync/sequencer.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace arsync::sync {
namespace {

Item view_of(const ItemEvent& event)
{
    return {.update = event.update,
            .changes = event.changes,
            .path = event.path,
            .target_path = event.target_path,
            .link_target = event.link_target,
            .metadata = event.metadata,
            .bytes_copied = event.bytes_copied,
            .in_place = event.in_place,
            .mended = event.mended,
            .as_before = event.as_before,
            .long_name = event.long_name,
            .digest = event.digest};
}

}  // namespace

Sequencer::Sequencer(Observer& observer) : observer_(observer), head_(new Segment) {}

Sequencer::~Sequencer()
{
    while (head_ != nullptr) delete std::exchange(head_, head_->next);
}

Sequencer::Segment* Sequencer::insert_after(Segment* segment)
{
    auto* added = new Segment;
    const std::lock_guard lock(mutex_);
    added->next = std::exchange(segment->next, added);
    return added;
}

void Sequencer::add(Segment* segment, Event event)
{
    const std::lock_guard lock(mutex_);
    if (segment == head_) {
        tell(event);
    } else {
        segment->events.push_back(std::move(event));
        backlog_.fetch_add(1, std::memory_order_relaxed);
    }
}

void Sequencer::close(Segment* segment)
{
    const std::lock_guard lock(mutex_);
    segment->closed = true;
    if (segment == head_) flush_head();
}

void Sequencer::flush_head()
{
    while (head_ != nullptr && head_->closed) {
        delete std::exchange(head_, head_->next);
        if (head_ == nullptr) return;
        auto events = std::exchange(head_->events, {});
        backlog_.fetch_sub(events.size(), std::memory_order_relaxed);
        for (auto& event : events) tell(event);
    }
}

namespace {

/// rsync's order of the list: in each directory its files, then the directories with what is below them.
bool is_listed_before(std::string_view a, std::string_view b)
{
    const auto end = std::ranges::mismatch(a, b).in1 - a.begin();
    const auto slash = a.substr(0, static_cast<std::size_t>(end)).rfind('/');
    const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    const auto in_directory = [begin](std::string_view path) {
        return path.find('/', begin) != std::string_view::npos;
    };
    if (in_directory(a) != in_directory(b)) return in_directory(b);
    return a < b;
}

/// One that has left the lead to others is told when they are: makes `leader` the one that is the last of the list.
void lead_by_last(ItemEvent& leader)
{
    const auto group = leader.group;
    for (auto& other : group->waiting) {
        if (is_listed_before(leader.path, other.path)) std::swap(leader, other);
    }
}

}  // namespace

void Sequencer::finish()
{
    const std::lock_guard lock(mutex_);
    for (const auto& group : std::exchange(open_groups_, {})) tell_waiting(*group);
}

void Sequencer::tell_waiting(LinkGroupReport& group)
{
    auto leader = std::move(group.waiting.back());
    group.waiting.pop_back();
    lead_by_last(leader);
    tell_leader(std::move(leader));
}

void Sequencer::leave_alone(const LeftAloneEvent& member)
{
    auto& group = *member.group;
    ++group.members_told;
    const bool last = !group.open_ended && group.members_told >= member.link_count;
    if (last && group.leader.empty() && !group.waiting.empty()) tell_waiting(group);
}

void Sequencer::tell(Event& event)
{
    if (auto* item = std::get_if<ItemEvent>(&event)) {
        tell_item(*item);
    } else if (const auto* left_alone = std::get_if<LeftAloneEvent>(&event)) {
        leave_alone(*left_alone);
    } else if (const auto* deleted = std::get_if<DeletedEvent>(&event)) {
        observer_.deleted(deleted->path, deleted->type);
    } else if (const auto* notice = std::get_if<NoticeEvent>(&event)) {
        observer_.notice({notice->kind, notice->path, notice->type, notice->count, notice->text});
    } else if (const auto* failure = std::get_if<FailureEvent>(&event)) {
        observer_.failure({failure->message, failure->warning});
    } else if (const auto* listed = std::get_if<ListedEvent>(&event)) {
        observer_.listed({listed->path, listed->link_target, listed->metadata, listed->missing});
    }
}

void Sequencer::tell_item(ItemEvent& item)
{
    if (item.group) {
        tell_link_member(std::move(item));
    } else {
        tell_plain(item);
    }
}

void Sequencer::tell_plain(const ItemEvent& item)
{
    if (!(item.untouched || item.as_before) || observer_.wants_unchanged()) observer_.item(view_of(item));
}

void Sequencer::tell_link_member(ItemEvent item)
{
    const auto group = item.group;
    if (!group->leader.empty()) return tell_follower(std::move(item), group->leader);

    ++group->members_told;
    const bool no_data = item.metadata.type != platform::FileType::Regular;
    const bool last = !group->open_ended && group->members_told >= item.metadata.link_count;
    if (last && !no_data && !item.was_there) lead_by_last(item);
    if (no_data || item.was_there || last) return tell_leader(std::move(item));
    if (group->waiting.empty()) open_groups_.push_back(group);
    group->waiting.push_back(std::move(item));
}

void Sequencer::tell_leader(ItemEvent leader)
{
    const auto group = std::move(leader.group);
    group->leader = leader.path;
    group->in_place = leader.in_place && leader.update != Update::HardLink;
    if (leader.update == Update::HardLink && leader.as_before) {
        leader.in_place = leader.untouched = true;  // its file is an alternate tree's
    } else if (leader.update == Update::HardLink) {
        // The work was done in another order: this one was linked to a member that rsync would tell as follower.
        group->joined = true;
        leader.update = leader.metadata.type == platform::FileType::Regular ? Update::Transfer : Update::LocalChange;
    }
    tell_plain(leader);
    for (auto& waiting : std::views::reverse(group->waiting)) tell_follower(std::move(waiting), group->leader);
    group->waiting.clear();
    std::erase(open_groups_, group);
}

void Sequencer::tell_follower(ItemEvent item, const std::string& leader)
{
    const bool was_updated = item.update != Update::HardLink;  // not linked to who was
    const bool same_file =
        item.in_place || item.update == Update::None || (was_updated && item.group && item.group->in_place);
    item.in_place = same_file && !(item.group && item.group->joined);
    item.update = Update::HardLink;
    if (item.in_place) {
        item.changes = item.as_member;
        item.untouched = item.changes.none();
    } else {
        item.untouched = false;
        item.link_target = leader;
    }
    tell_plain(item);
}

}  // namespace arsync::sync
