#include "sync/link_groups.h"

#include <optional>
#include <ranges>
#include <utility>

#include "sync/directory_work.h"
#include "sync/file_flags.h"
#include "sync/placement.h"

namespace arsync::sync {
namespace {

using platform::FileType;

HeldDirectory leader_directory(Context& context, Worker& worker, const LinkLeader& leader)
{
    if (worker.last_leader == leader.directory && worker.last_leader_directory) return worker.last_leader_directory;
    auto directory = context.handles.with_room([&] { return leader.directory->destination(); });
    if (!directory) return nullptr;
    worker.last_leader = leader.directory;
    worker.last_leader_directory = *directory;
    return *directory;
}

/// Whether the file is at the destination now as it shall be.
bool made(Updated updated)
{
    return updated == Updated::Done || updated == Updated::Renewed;
}

/// True if the name already is a name of the leader's file.
bool is_same_file(const EntryState& state, const platform::Directory& directory, const LinkLeader& leader)
{
    if (!state.present) return false;
    const auto facts = directory.stat(leader.name);
    return facts && facts->identity == state.present->identity;
}

/// One more name for the leader's file. --fileflags may have made it immutable, which forbids just that.
Status link_to(const EntryState& state, const platform::Directory& directory, const LinkLeader& leader, NameView name)
{
    auto linked = directory.link(leader.name, state.destination(), name);
    if (linked || !state.context.job.preservation.file_flags || !linked.error().is(std::errc::operation_not_permitted))
        return linked;
    // One at a time: the next follower would find it unlocked, and then locked again.
    const std::lock_guard alone(state.context.linked_in_place);
    const Unlocked unlocked(directory, leader.name);
    return directory.link(leader.name, state.destination(), name);
}

Decision follower_decision(const EntryState& state)
{
    return compare(state.source, state.present ? &*state.present : nullptr, state.context.compare_policy,
                   state.context.may_set_group(state.source.group), SameValue::Yes);
}

bool is_skip(Verdict verdict)
{
    return verdict == Verdict::SkipExists || verdict == Verdict::SkipNewer || verdict == Verdict::SkipMissing;
}

/// The leader cannot be reached or takes no further name: a copy is better than nothing, and leads from now on.
void copy_instead(EntryState& state, Worker& worker, Segment* segment)
{
    if (!made(update(state, worker, segment))) return;
    state.open.reset();
    const std::lock_guard lock(state.group->mutex);
    state.group->leader.emplace(LinkLeader{state.work->node, Name(state.entry.target()), true});
}

void follow(EntryState& state, Worker& worker, const LinkLeader& leader, Segment* segment)
{
    auto& context = state.context;
    const auto decision = follower_decision(state);
    if (is_skip(decision.verdict)) {
        static_cast<void>(update(state, worker, segment));  // tells why
        return;
    }
    if (state.source.type == FileType::Symlink && context.wants_items) static_cast<void>(link_target(state, segment));
    const bool would_be_made = leader.directory->state == DestinationState::Absent;
    const auto directory = would_be_made ? nullptr : leader_directory(context, worker, leader);
    if (!directory && !would_be_made) return copy_instead(state, worker, segment);
    const bool linked = directory && is_same_file(state, *directory, leader);
    if (linked && !(context.job.dry_run && leader.renewed)) {
        tell_item(state, segment, Update::None, {}, 0, true);
        return;
    }
    const auto changes = decision.changes;
    if (context.job.dry_run) {
        tell_item(state, segment, Update::HardLink, changes, 0, false);
        return;
    }
    std::optional<UnlockedName> unlocked;
    if (state.present) unlocked.emplace(context, state.destination(), state.entry.target(), *state.present);
    bool too_many_links = false;
    const auto place = state.place(segment);
    const bool placed = place_new(
        context, place, [&](NameView name) { return link_to(state, *directory, leader, name); }, [](NameView) {},
        [&](const Error& error) {
            too_many_links = error.is(std::errc::too_many_links);
            if (!too_many_links) context.fail(segment, error, place.absolute());
        });
    if (unlocked) placed ? unlocked->gone() : unlocked->kept();
    if (too_many_links) return copy_instead(state, worker, segment);
    if (!placed) return;
    if (!state.present) context.progress->created.add(state.source.type);
    tell_item(state, segment, Update::HardLink, changes, 0, false);
}

void lead_group(const StatePointer& state, Worker& worker, Cursor& cursor)
{
    auto& group = *state->group;
    const auto updated = update(*state, worker, cursor.segment);
    const bool done = made(updated);
    state->open.reset();
    std::vector<LinkGroup::Follower> followers;
    {
        const std::lock_guard lock(group.mutex);
        if (done)
            group.leader.emplace(
                LinkLeader{state->work->node, Name(state->entry.target()), updated == Updated::Renewed});
        group.state = done ? LinkGroup::State::Ready : LinkGroup::State::Open;
        followers.swap(group.followers);
    }
    for (const auto& follower : std::views::reverse(followers))
        follower(worker, done ? &*group.leader : nullptr, cursor);
}

/// Follows the leader, or, if that failed, tries to lead.
void resolve(const StatePointer& state, Worker& worker, const LinkLeader* leader, Cursor& cursor)
{
    if (leader != nullptr) {
        follow(*state, worker, *leader, cursor.segment);
    } else {
        join_group(state, worker, cursor);
    }
}

/// The same entry without the listing and the handles of its directory: it may wait long, and so may many others.
StatePointer detached(const EntryState& state)
{
    auto work = std::make_shared<DirectoryWork>();
    work->node = state.work->node;
    work->path = state.work->path;
    work->source_filters = state.work->source_filters;
    work->destination_filters = state.work->destination_filters;
    work->list.add_operand(Name(state.entry.name), state.entry.type, state.entry.source);
    if (state.entry.destination_name != nullptr) work->list.rename_only_entry(*state.entry.destination_name);
    auto waiting = std::make_shared<EntryState>(state.context, std::move(work), 0);
    waiting->source = state.source;
    waiting->present = state.present;
    waiting->link_target = state.link_target;
    waiting->group = state.group;
    return waiting;
}

/// Gives a detached entry its directories back; false, and told, if they cannot be opened.
bool attach(EntryState& state, Segment* segment)
{
    auto& context = state.context;
    auto& node = *state.work->node;
    auto source = context.handles.with_room([&] { return node.source(state.entry.source); });
    auto destination = context.handles.with_room([&] { return node.destination(); });
    if (!source) context.fail_source(segment, source.error(), node.source_path(state.entry.source));
    if (!destination) context.fail(segment, destination.error(), node.destination_path());
    if (!source || !destination) return false;
    state.work->sources.resize(state.entry.source + 1);
    state.work->sources.back() = std::move(*source);
    state.work->destination = std::move(*destination);
    return true;
}

/// A member that is missing at the destination leaves the lead to one that is there and may only need its other names.
/// It is told where the leader is.
void leave_lead(const EntryState& state)
{
    const auto waiting = detached(state);
    waiting->work->node->retain();
    if (state.group->followers.empty()) state.context.links.wait(state.group);
    state.group->followers.push_back([waiting](Worker& worker, const LinkLeader* leader, Cursor& cursor) {
        if (!waiting->context.cancelled && attach(*waiting, cursor.segment)) resolve(waiting, worker, leader, cursor);
        release_directory(waiting->context, waiting->work->node, cursor.segment);
    });
}

/// The leader is at work: the member keeps its place in the output.
void hang_on(const StatePointer& state, Cursor& cursor)
{
    Segment* segment = defer(*state, cursor);
    state->group->followers.push_back([state, segment](Worker& worker, const LinkLeader* leader, Cursor&) {
        Cursor own{segment};
        resolve(state, worker, leader, own);
        end_deferred(*state, own.segment);
    });
}

class WaitingGroupTask : public Task {
public:
    WaitingGroupTask(std::shared_ptr<LinkGroup> group, Segment* segment) : group_(std::move(group)), segment_(segment)
    {
    }

    void run(Worker& worker) override
    {
        std::vector<LinkGroup::Follower> followers;
        {
            const std::lock_guard lock(group_->mutex);
            group_->walk_over = true;
            if (group_->state == LinkGroup::State::Open) followers.swap(group_->followers);
        }
        Cursor cursor{segment_};
        // After an interrupt as well: each still has to release its directory.
        for (const auto& follower : std::views::reverse(followers)) follower(worker, nullptr, cursor);
    }

private:
    std::shared_ptr<LinkGroup> group_;
    Segment* segment_;
};

}  // namespace

void join_group(const StatePointer& state, Worker& worker, Cursor& cursor)
{
    auto& group = *state->group;
    // In a directory made by this run no member can be there, and links and special files cost nothing to make.
    const bool there = state->present && same_kind(state->present->type, state->source.type);
    const bool missing =
        !there && state->work->node->state == DestinationState::Existed && state->source.type == FileType::Regular;
    std::unique_lock lock(group.mutex);
    if (group.state == LinkGroup::State::Ready) {
        const LinkLeader leader = *group.leader;
        lock.unlock();
        follow(*state, worker, leader, cursor.segment);
    } else if (group.state == LinkGroup::State::Copying) {
        hang_on(state, cursor);
    } else if (missing && !state->last_of_group && !group.walk_over && state->context.links.may_wait()) {
        leave_lead(*state);
    } else {
        group.state = LinkGroup::State::Copying;
        lock.unlock();
        lead_group(state, worker, cursor);
    }
}

std::vector<std::unique_ptr<Task>> make_waiting_group_tasks(Context& context, Segment* segment)
{
    std::vector<std::unique_ptr<Task>> tasks;
    for (auto& group : context.links.take_waiting())
        tasks.push_back(std::make_unique<WaitingGroupTask>(std::move(group), segment));
    return tasks;
}

}  // namespace arsync::sync
