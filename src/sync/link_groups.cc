#include "sync/link_groups.h"

#include <optional>
#include <ranges>
#include <utility>

#include "sync/alternates.h"
#include "sync/batch_recorder.h"
#include "sync/deletion.h"
#include "sync/detached.h"
#include "sync/directory_work.h"
#include "sync/file_flags.h"
#include "sync/placement.h"
#include "sync/source_removal.h"

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

LinkLeader leader_of(const EntryState& state, bool renewed)
{
    return {.directory = state.work->node,
            .name = Name(state.entry.target()),
            .renewed = renewed,
            .update = state.update,
            .changes = state.changes,
            .alternate = state.alternate};
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

/// What is told to change in the name. As in rsync whatever stands there counts as an old state of it; but where the
/// name had to wait for a leader, something of another kind has made way by then.
Changes follower_changes(const EntryState& state, const Decision& decision)
{
    const auto& context = state.context;
    if (!state.present || same_kind(state.present->type, state.source.type)) return decision.changes;
    if (state.left_lead && !context.job.dry_run) return decision.changes;
    auto present = *state.present;
    present.type = state.source.type;
    return compare(state.source, &present, context.compare_policy, context.may_set_group(state.source.group),
                   SameValue::Yes)
        .changes;
}

bool is_skip(Verdict verdict)
{
    return verdict == Verdict::SkipExists || verdict == Verdict::SkipNewer || verdict == Verdict::SkipMissing ||
           verdict == Verdict::SkipLarge || verdict == Verdict::SkipSmall;
}

/// The leader cannot be reached or takes no further name: a copy is better than nothing, and leads from now on.
void copy_instead(EntryState& state, Worker& worker, Segment* segment)
{
    if (!made(update(state, worker, segment))) return;
    state.open.reset();
    if (state.waits) return state.context.late.put_later(state, removal_after_placing(state));
    const std::lock_guard lock(state.group->mutex);
    state.group->leader.emplace(leader_of(state, true));
}

/// A dry run looks at what would be replaced, a run does not.
bool add_extended(EntryState& state, Segment* segment, Changes& changes)
{
    if (!wants_extended(state.context.job.preservation, state.source.type)) return true;
    ExtendedAttributes wanted;
    ExtendedAttributes present;
    if (!read_extended_of_both(state, segment, wanted, present)) return false;
    add_extended_changes(wanted, present, state.context.job.preservation, changes);
    return true;
}

/// For who tells of the others: this member is not told of.
void leave_alone(EntryState& state, Segment* segment)
{
    if (state.group->report)
        state.context.sequencer.add(segment, LeftAloneEvent{state.group->report, state.source.link_count});
}

void link_to_leader(EntryState& state, Worker& worker, const LinkLeader& leader, Segment* segment)
{
    auto& context = state.context;
    const auto decision = follower_decision(state);
    if (is_skip(decision.verdict)) {
        static_cast<void>(update(state, worker, segment));  // tells why
        return leave_alone(state, segment);
    }
    if (state.source.type == FileType::Symlink && context.wants_items) static_cast<void>(link_target(state, segment));
    const bool would_be_made = leader.directory->state == DestinationState::Absent;
    const auto directory = would_be_made ? nullptr : leader_directory(context, worker, leader);
    if (!directory && !would_be_made) return copy_instead(state, worker, segment);
    const bool to_be_linked = context.job.dry_run && leader.renewed && leader.alternate;
    state.in_place = directory && !to_be_linked && is_same_file(state, *directory, leader);
    if (state.in_place) {
        tell_item(state, segment, leader.update, leader.changes, 0, leader.changes.none());
        after_update(state, segment, Updated::Done);
        return;
    }
    auto changes = follower_changes(state, decision);
    // Told as new, unless an alternate tree has that very link already.
    const auto match = state.present || !leader.alternate ? std::nullopt : find_alternate(state, worker, segment);
    const bool copied = context.job.alternates.use == AlternateUse::Copy;
    if (match && (copied ? match->changes.none() : match->metadata.identity == *leader.alternate)) {
        changes = match->changes;
        state.alternate = leader.alternate;
        state.in_alternate = true;
        state.as_before = changes.none();
    }
    if (context.job.dry_run) {
        if (state.present && state.present->type == FileType::Directory &&
            !make_way(context, *state.work->node, state.destination(), state.entry.target(), state.path(),
                      state.work->destination_filters, segment))
            return;
        if (state.present && !add_extended(state, segment, changes)) return;
        if (changes.has(Change::Created)) context.progress->created.add(state.source.type);
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
    if (changes.has(Change::Created)) context.progress->created.add(state.source.type);
    tell_item(state, segment, Update::HardLink, changes, 0, false);
    after_update(state, segment, Updated::Done);
}

void follow(EntryState& state, Worker& worker, const LinkLeader& leader, Segment* segment)
{
    link_to_leader(state, worker, leader, segment);
    if (state.context.recorder) state.context.recorder->add(state, worker, segment);
}

/// The leader has its place, or has failed: the others can go on.
void settle_group(const StatePointer& state, Updated updated, Worker& worker, Cursor& cursor)
{
    auto& group = *state->group;
    const bool done = made(updated);
    std::vector<LinkGroup::Follower> followers;
    {
        const std::lock_guard lock(group.mutex);
        if (done) group.leader.emplace(leader_of(*state, updated == Updated::Renewed));
        group.state = done ? LinkGroup::State::Ready : LinkGroup::State::Open;
        followers.swap(group.followers);
    }
    for (const auto& follower : std::views::reverse(followers))
        follower(worker, done ? &*group.leader : nullptr, cursor);
}

void lead_group(const StatePointer& state, Worker& worker, Cursor& cursor)
{
    const auto updated = update(*state, worker, cursor.segment);
    state->open.reset();
    if (updated == Updated::Skipped) leave_alone(*state, cursor.segment);
    if (!state->waits) return settle_group(state, updated, worker, cursor);
    state->context.late.put_later(*state, [state, updated](Worker& later, bool placed, Segment* segment) {
        Cursor own{segment};
        state->waits = false;
        if (placed) after_update(*state, segment, updated);
        settle_group(state, placed ? updated : Updated::Failed, later, own);
    });
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

/// A member that is missing at the destination leaves the lead to one that is there and may only need its other names.
/// It is told where the leader is.
void leave_lead(const EntryState& state)
{
    const auto waiting = detached(state);
    waiting->left_lead = true;
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

/// A batch has the data of a file only if the run that wrote it needed that. Another name may be at the destination.
bool has_no_data(const EntryState& state)
{
    const auto* recorded = state.source_directory().recorded(state.entry.name);
    return recorded != nullptr && !recorded->data;
}

bool is_in_alternate(EntryState& state, Worker& worker, Segment* segment)
{
    return find_alternate(state, worker, segment).has_value();
}

}  // namespace

void join_group(const StatePointer& state, Worker& worker, Cursor& cursor)
{
    auto& group = *state->group;
    // In a tree made by this run no member can be there, and links and special files cost nothing to make.
    const bool there = state->present && same_kind(state->present->type, state->source.type);
    const bool regular = state->source.type == FileType::Regular;
    // Where alternate trees count as the destination one of them may have it.
    const bool elsewhere = state->context.job.alternates.use != AlternateUse::None && regular && !there &&
                           is_in_alternate(*state, worker, cursor.segment);
    const bool may_be_there = state->work->node->state == DestinationState::Existed ||
                              state->context.links.old_directories() ||
                              state->context.job.alternates.use != AlternateUse::None;
    const bool cannot_lead = regular && has_no_data(*state);
    const bool missing = !there && !elsewhere && regular && (may_be_there || cannot_lead);
    const bool may_wait = cannot_lead || state->context.links.may_wait();
    std::unique_lock lock(group.mutex);
    if (!std::exchange(state->asked_to_lead, true)) ++group.members_asked;
    const bool last = group.members_asked >= state->source.link_count && !group.open_ended;
    if (group.state == LinkGroup::State::Ready) {
        const LinkLeader leader = *group.leader;
        lock.unlock();
        follow(*state, worker, leader, cursor.segment);
    } else if (group.state == LinkGroup::State::Copying) {
        hang_on(state, cursor);
    } else if (missing && !last && !group.walk_over && may_wait) {
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
