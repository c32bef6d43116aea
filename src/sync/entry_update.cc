#include "sync/entry_update.h"

#include <ranges>
#include <utility>

#include "sync/entry_state.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using StatePointer = std::shared_ptr<EntryState>;

/// From this size on a file is a task of its own, so that a directory of large files keeps all workers busy.
constexpr std::uint64_t kLargeFile = std::uint64_t{4} << 20;

bool is_allowed(FileType type, const AttributePolicy& policy)
{
    const auto& wanted = policy.wanted;
    switch (type) {
        case FileType::Symlink: return wanted.links;
        case FileType::CharacterDevice:
        case FileType::BlockDevice: return wanted.devices && policy.privileged;
        case FileType::Fifo:
        case FileType::Socket: return wanted.specials;
        default: return true;
    }
}

/// Looks at the source. A file that is new for sure will be opened anyway: looking through the open handle saves a
/// call.
bool look_at_source(EntryState& state, Segment* segment)
{
    auto& context = state.context;
    const bool surely_new = state.work->node->state == DestinationState::Created &&
                            !context.job.selection.existing_only && !context.job.dry_run;
    if (surely_new && state.entry.type == FileType::Regular) {
        state.open = open_source(context, segment, state.source_directory(), state.source_name());
        if (state.open) state.source = state.open->metadata;
        return state.open.has_value();
    }
    const auto facts = state.source_directory().stat(state.entry.name);
    if (!facts) {
        context.fail_source(segment, facts.error(), state.source_name().absolute());
        return false;
    }
    if (facts->type == FileType::Directory) {
        context.fail_message(segment, "source became a directory: \"" + state.source_name().absolute() + "\"");
        return false;
    }
    state.source = *facts;
    return true;
}

bool look_at_destination(EntryState& state, Segment* segment)
{
    if (state.work->node->state != DestinationState::Existed) return true;
    const auto facts = state.destination().stat(state.entry.target());
    if (facts) {
        state.present = *facts;
        return true;
    }
    if (facts.error().is(std::errc::no_such_file_or_directory)) return true;
    state.context.fail(segment, facts.error(), state.destination_path());
    return false;
}

/// rsync's total size includes links that are not copied.
void count_skipped(EntryState& state)
{
    auto& progress = *state.context.progress;
    progress.done.fetch_add(1, std::memory_order_relaxed);
    if (state.entry.type != FileType::Symlink) return;
    if (const auto facts = state.source_directory().stat(state.entry.name))
        progress.bytes_found.fetch_add(facts->size, std::memory_order_relaxed);
}

/// The name goes to whoever finishes it later; the directory waits for that.
Segment* defer(EntryState& state, Cursor& cursor)
{
    state.open.reset();  // no descriptor is held while waiting
    state.work->node->retain();
    return cursor.split(state.context);
}

void end_deferred(EntryState& state, Segment* segment)
{
    state.context.progress->done.fetch_add(1, std::memory_order_relaxed);
    release_directory(state.context, state.work->node, segment);
    state.context.sequencer.close(segment);
}

class LargeFileTask : public Task {
public:
    LargeFileTask(StatePointer state, Segment* segment) : state_(std::move(state)), segment_(segment) {}

    void run(Worker& worker) override
    {
        if (!state_->context.cancelled) static_cast<void>(update(*state_, worker, segment_));
        end_deferred(*state_, segment_);
    }

private:
    StatePointer state_;
    Segment* segment_;
};

bool wants_own_task(const EntryState& state)
{
    if (state.source.type != FileType::Regular || state.source.size < kLargeFile) return false;
    const auto decision = compare(state.source, state.present ? &*state.present : nullptr, state.context.compare_policy,
                                  true, SameValue::Unknown);
    return decision.verdict == Verdict::Create || decision.verdict == Verdict::Rewrite ||
           decision.verdict == Verdict::NeedsValue;
}

// Hard-link groups.

void join_group(const StatePointer& state, Worker& worker, Cursor& cursor);

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
    bool too_many_links = false;
    const auto place = state.place(segment);
    const bool placed = place_new(
        context, place, [&](NameView name) { return directory->link(leader.name, state.destination(), name); },
        [](NameView) {},
        [&](const Error& error) {
            too_many_links = error.is(std::errc::too_many_links);
            if (!too_many_links) context.fail(segment, error, place.absolute());
        });
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
        if (attach(*waiting, cursor.segment)) resolve(waiting, worker, leader, cursor);
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

void join_group(const StatePointer& state, Worker& worker, Cursor& cursor)
{
    auto& group = *state->group;
    // In a directory made by this run no member can be there, and links and special files cost nothing to make.
    const bool there = state->present && same_kind(state->present->type, state->source.type);
    const bool missing = !there && state->work->node->state == DestinationState::Existed &&
                         state->source.type == FileType::Regular;
    std::unique_lock lock(group.mutex);
    if (group.state == LinkGroup::State::Ready) {
        const LinkLeader leader = *group.leader;
        lock.unlock();
        follow(*state, worker, leader, cursor.segment);
    } else if (group.state == LinkGroup::State::Copying) {
        hang_on(state, cursor);
    } else if (missing && !state->last_of_group && !group.walk_over &&
               state->context.links.may_wait()) {
        leave_lead(*state);
    } else {
        group.state = LinkGroup::State::Copying;
        lock.unlock();
        lead_group(state, worker, cursor);
    }
}

class WaitingGroupTask : public Task {
public:
    WaitingGroupTask(Context& context, std::shared_ptr<LinkGroup> group, Segment* segment)
        : context_(context), group_(std::move(group)), segment_(segment)
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
        for (const auto& follower : std::views::reverse(followers)) {
            if (!context_.cancelled) follower(worker, nullptr, cursor);
        }
    }

private:
    Context& context_;
    std::shared_ptr<LinkGroup> group_;
    Segment* segment_;
};

}  // namespace

Segment* Cursor::split(Context& context)
{
    Segment* middle = context.sequencer.insert_after(segment);
    Segment* rest = context.sequencer.insert_after(middle);
    context.sequencer.close(segment);
    segment = rest;
    return middle;
}

void update_entry(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work, std::size_t index,
                  Cursor& cursor)
{
    const auto state = std::make_shared<EntryState>(context, work, index);
    const auto& wanted = context.job.preservation;
    if (!is_allowed(state->entry.type, context.compare_policy.attributes)) {
        count_skipped(*state);
        const bool kept = context.job.selection.ignore_existing && look_at_destination(*state, cursor.segment) &&
                          state->present.has_value();
        if (kept) {
            if (context.wants_skips)
                context.notice(cursor.segment, NoticeKind::Exists, state->path(), state->entry.type);
            return;
        }
        context.notice(cursor.segment, NoticeKind::SkippedNonRegular, state->path(), state->entry.type);
        return;
    }
    if (!look_at_source(*state, cursor.segment) || !look_at_destination(*state, cursor.segment)) {
        context.progress->done.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    if (!is_allowed(state->source.type, context.compare_policy.attributes)) {  // not what was listed
        context.progress->done.fetch_add(1, std::memory_order_relaxed);
        context.notice(cursor.segment, NoticeKind::SkippedNonRegular, state->path(), state->source.type);
        return;
    }
    if (state->source.type == FileType::Regular || state->source.type == FileType::Symlink)
        context.progress->bytes_found.fetch_add(state->source.size, std::memory_order_relaxed);

    if (wanted.hard_links && state->source.link_count > 1) {
        auto [group, last] = context.links.join(state->source.identity, state->source.link_count);
        state->group = std::move(group);
        state->last_of_group = last;
        const auto* segment = cursor.segment;
        join_group(state, worker, cursor);
        if (segment == cursor.segment) context.progress->done.fetch_add(1, std::memory_order_relaxed);
    } else if (wants_own_task(*state)) {
        Segment* segment = defer(*state, cursor);
        context.scheduler.push(std::make_unique<LargeFileTask>(state, segment));
    } else {
        static_cast<void>(update(*state, worker, cursor.segment));
        context.progress->done.fetch_add(1, std::memory_order_relaxed);
    }
}

std::vector<std::unique_ptr<Task>> make_waiting_group_tasks(Context& context, Segment* segment)
{
    std::vector<std::unique_ptr<Task>> tasks;
    for (auto& group : context.links.take_waiting())
        tasks.push_back(std::make_unique<WaitingGroupTask>(context, std::move(group), segment));
    return tasks;
}

}  // namespace arsync::sync
