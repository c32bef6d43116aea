#include "sync/entry_update.h"

#include <utility>

#include "sync/batch_recorder.h"
#include "sync/batch_replay.h"
#include "sync/cursor.h"
#include "sync/destination_facts.h"
#include "sync/entry_state.h"
#include "sync/link_groups.h"
#include "sync/source_facts.h"

namespace arsync::sync {
namespace {

using platform::FileType;

/// From this size on a file is a task of its own, so that a directory of large files keeps all workers busy.
constexpr std::uint64_t kLargeFile = std::uint64_t{4} << 20;

bool is_allowed(FileType type, const Context& context)
{
    const auto& policy = context.compare_policy.attributes;
    const auto& wanted = policy.wanted;
    switch (type) {
        case FileType::Symlink: return wanted.links;
        case FileType::CharacterDevice:
        case FileType::BlockDevice: return context.job.reading.device_contents || (wanted.devices && policy.privileged);
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
                            !context.job.selection.existing_only && !context.job.dry_run && !context.job.batch.read &&
                            context.job.alternates.use == AlternateUse::None;
    if (surely_new && state.entry.type == FileType::Regular) {
        state.open = open_source(context, segment, state.source_directory(), state.source_name());
        if (state.open) state.source = state.open->metadata;
        return state.open.has_value();
    }
    const auto facts = source_facts(context, *state.work->node, state.source_directory(), state.entry.name);
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
    const auto facts = destination_facts(state.context, state.destination(), state.entry.target(), state.source);
    if (facts) {
        state.present = *facts;
        if (!state.work->node->names_fold) return true;
        const auto other =
            state.work->stored_names.collision(state.destination(), state.entry.target(), *facts, state.work->list);
        if (!other) return true;
        state.context.fail_message(
            segment, collision_message(state.work->node->destination_path(), state.entry.target(), *other));
        return false;
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
    if (const auto facts = source_facts(state.context, *state.work->node, state.source_directory(), state.entry.name))
        progress.bytes_found.fetch_add(facts->size, std::memory_order_relaxed);
}

/// Whether --existing or --ignore-existing speak first; told then.
bool is_skipped(EntryState& state, Segment* segment)
{
    auto& context = state.context;
    const auto& selection = context.job.selection;
    if (!selection.existing_only && !selection.ignore_existing) return false;
    if (!look_at_destination(state, segment)) return true;
    const bool there = state.present.has_value();
    if (there ? !selection.ignore_existing : !selection.existing_only) return false;
    if (context.wants_skips)
        context.notice(segment, there ? NoticeKind::Exists : NoticeKind::NotCreated, state.target_path(),
                       state.entry.type);
    return true;
}

/// Where the batch is read it is told, and left out, again.
void record_not_allowed(EntryState& state, Worker& worker, Segment* segment)
{
    auto& context = state.context;
    if (!context.recorder) return;
    const auto facts = source_facts(context, *state.work->node, state.source_directory(), state.entry.name);
    if (!facts) return context.recorder->add_left_out(segment, *state.work, state.entry);
    state.source = *facts;
    context.recorder->add(state, worker, segment);
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

}  // namespace

void update_entry(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work, std::size_t index,
                  Cursor& cursor)
{
    const auto state = std::make_shared<EntryState>(context, work, index);
    const auto& wanted = context.job.preservation;
    if (context.job.batch.read && is_left_out(*work, state->entry)) {
        context.progress->done.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    if (!is_allowed(state->entry.type, context)) {
        count_skipped(*state);
        record_not_allowed(*state, worker, cursor.segment);
        if (is_skipped(*state, cursor.segment)) return;
        context.notice(cursor.segment, NoticeKind::SkippedNonRegular, state->path(), state->entry.type);
        return;
    }
    if (!look_at_source(*state, cursor.segment) || !look_at_destination(*state, cursor.segment)) {
        context.progress->done.fetch_add(1, std::memory_order_relaxed);
        if (context.recorder) context.recorder->add_left_out(cursor.segment, *work, state->entry);
        return;
    }
    if (!is_allowed(state->source.type, context)) {  // not what was listed
        if (context.recorder) context.recorder->add(*state, worker, cursor.segment);
        context.progress->done.fetch_add(1, std::memory_order_relaxed);
        context.notice(cursor.segment, NoticeKind::SkippedNonRegular, state->path(), state->source.type);
        return;
    }
    if (state->source.type == FileType::Regular || state->source.type == FileType::Symlink)
        context.progress->bytes_found.fetch_add(state->source.size, std::memory_order_relaxed);

    if (wanted.hard_links && state->source.link_count > 1) {
        state->group = context.links.join(state->source.identity, state->source.link_count);
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

}  // namespace arsync::sync
