#include "sync/entry_state.h"

#include <utility>

#include "platform/held_name.h"
#include "sync/alternates.h"
#include "sync/attributes.h"
#include "sync/batch_recorder.h"
#include "sync/batch_replay.h"
#include "sync/entry_maker.h"
#include "sync/fake_super.h"
#include "sync/file_flags.h"
#include "sync/link_safety.h"
#include "sync/source_links.h"
#include "sync/source_removal.h"
#include "sync/told_digest.h"
#include "sync/xattr_rules.h"

namespace arsync::sync {
namespace {

using platform::AttributeTarget;
using platform::FileType;
using platform::Metadata;

class EntryUpdate {
public:
    EntryUpdate(EntryState& state, Worker& worker, Segment* segment)
        : state_(state), context_(state.context), worker_(worker), segment_(segment)
    {
    }

    Updated run()
    {
        if (state_.once_more) return renew(decide(SameValue::No));
        auto decision = decide(SameValue::Unknown);
        if (is_unsafe(decision.verdict)) return ignore_unsafe();
        if (decision.verdict == Verdict::NeedsValue) {
            const auto same = has_same_value(state_, worker_, segment_, state_.destination());
            if (!same) return Updated::Failed;
            decision = decide(*same ? SameValue::Yes : SameValue::No);
        }
        if (context_.job.alternates.use != AlternateUse::None) {
            if (const auto taken = take_from_alternate(state_, worker_, segment_, decision)) return *taken;
        }
        switch (decision.verdict) {
            case Verdict::SkipExists: return skip(NoticeKind::Exists);
            case Verdict::SkipNewer: return skip(NoticeKind::Newer);
            case Verdict::SkipMissing: return skip(NoticeKind::NotCreated);
            case Verdict::SkipLarge: return skip(NoticeKind::TooLarge);
            case Verdict::SkipSmall: return skip(NoticeKind::TooSmall);
            case Verdict::SkipShorter: count_settled(); return Updated::Skipped;
            case Verdict::Keep: return keep(decision.changes);
            default: return renew(decision);
        }
    }

private:
    Decision decide(SameValue same) const
    {
        const auto* present = state_.present ? &*state_.present : nullptr;
        const bool may_set_group = context_.may_set_group(state_.source.group);
        if (!state_.once_more) return compare(state_.source, present, context_.compare_policy, may_set_group, same);
        auto policy = context_.compare_policy;
        policy.comparison = {};
        policy.comparison.ignore_times = true;
        return compare(state_.source, present, policy, may_set_group, same);
    }

    Updated skip(NoticeKind kind)
    {
        count_settled();
        if (context_.wants_skips) context_.notice(segment_, kind, name_told_of(kind), state_.source.type);
        return Updated::Skipped;
    }

    /// Of a size it is the source's name, of what is there or not its name at the destination.
    std::string name_told_of(NoticeKind kind) const
    {
        const bool size = kind == NoticeKind::TooLarge || kind == NoticeKind::TooSmall;
        return size ? state_.path() : state_.target_path();
    }

    /// --safe-links: told, and nothing else. What an option leaves alone anyway is not looked at.
    bool is_unsafe(Verdict verdict)
    {
        if (!context_.job.links.skip_unsafe || state_.source.type != FileType::Symlink) return false;
        if (verdict == Verdict::SkipExists || verdict == Verdict::SkipNewer || verdict == Verdict::SkipMissing)
            return false;
        const auto* target = link_target(state_, segment_);
        return target == nullptr || is_unsafe_link(*target, depth_below_root(*state_.work->node));
    }

    Updated ignore_unsafe()
    {
        if (!state_.link_target) return Updated::Failed;
        tell_unsafe(context_, segment_, NoticeKind::UnsafeIgnored, state_.path(), *state_.link_target);
        return Updated::Skipped;
    }

    void count_settled()
    {
        if (state_.source.type == FileType::Regular)
            context_.progress->bytes_settled.fetch_add(state_.source.size, std::memory_order_relaxed);
    }

    /// Data or value is the same; attributes may have to be mended.
    Updated keep(Changes changes)
    {
        count_settled();
        const auto type = state_.source.type;
        ExtendedAttributes wanted;
        ExtendedAttributes present;
        const bool extended = wants_extended(context_.job.preservation, type);
        if (extended) {
            if (!read_extended_of_both(state_, segment_, wanted, present)) return Updated::Failed;
            add_extended_changes(wanted, present, context_.job.preservation, changes);
        }
        // In rsync the ACL is set before the modes are compared, so that of the mode only set-id bits are told.
        const bool plain_mode = ((state_.source.mode ^ state_.present->mode) & 07000) == 0;
        const auto told = [&] {
            auto result = changes;
            if (changes.has(Change::Acl) && plain_mode && !context_.job.dry_run) result.remove(Change::Mode);
            return result;
        };
        // Setting xattrs, rsync sets the whole time as well.
        state_.mended = mends_fraction();
        const bool mend_time = changes.has(Change::Time) || changes.has(Change::Xattr) || state_.mended;
        if ((!changes.none() || mend_time || mends_access_time_of_link()) && !context_.job.dry_run) {
            // What was looked at is what is changed, whatever has been put at its name meanwhile.
            const auto held = context_.handles.with_room([&] {
                return platform::HeldName::hold(state_.destination(), state_.entry.target(), state_.present->identity);
            });
            if (!held) {
                context_.fail(segment_, held.error(), state_.destination_path());
                return Updated::Failed;
            }
            const bool unlocked = unlock(context_, target(), *state_.present);
            put_attributes(
                context_, segment_,
                {.target = held->target(),
                 .source = state_.source,
                 .present = *state_.present,
                 .mode = wanted_mode(state_.source, &*state_.present, context_.compare_policy.attributes, false),
                 .set_times = mend_time,
                 .extended_source = extended ? &wanted : nullptr,
                 .extended_present = extended ? &present : nullptr},
                destination_path());
            if (unlocked) relock(context_, segment_, target(), *state_.present, destination_path());
            put_flags(context_, segment_, target(), state_.source, &*state_.present, destination_path());
        }
        if (type == FileType::Symlink && context_.wants_items) static_cast<void>(link_target(state_, segment_));
        tell_item(state_, segment_, Update::None, told(), 0, changes.none());
        return Updated::Done;
    }

    /// With -c rsync mends the part of a time below a second as well, without a word but for -vv.
    bool mends_fraction() const
    {
        return context_.job.comparison.checksum && state_.source.type == FileType::Regular &&
               keeps_times(context_.job.preservation, FileType::Regular) &&
               state_.source.modified != state_.present->modified;
    }

    /// That of a link rsync mends without a word as well.
    bool mends_access_time_of_link() const
    {
        return state_.source.type == FileType::Symlink &&
               keeps_access_time(context_.job.preservation, FileType::Symlink) &&
               state_.source.accessed.seconds != state_.present->accessed.seconds;
    }

    /// Makes the item, or makes it anew.
    Updated renew(Decision decision)
    {
        const auto type = state_.source.type;
        const bool extended = wants_extended(context_.job.preservation, type);
        if (decision.verdict == Verdict::Rewrite && extended && !add_extended(decision.changes)) return Updated::Failed;
        const auto made = make_entry(state_, worker_, segment_);
        if (!made) return Updated::Failed;
        state_.transferred = type == FileType::Regular;
        if (type == FileType::Regular) {
            context_.progress->files_copied.fetch_add(1, std::memory_order_relaxed);
            if (context_.job.dry_run && !context_.job.batch.only_written) count_settled();
        }
        if (decision.changes.has(Change::Created)) context_.progress->created.add(type);
        tell_item(state_, segment_, type == FileType::Regular ? Update::Transfer : Update::LocalChange,
                  decision.changes, made->bytes, false);
        if (made->mismatch) try_again();
        return is_written_in_place(state_) ? Updated::Done : Updated::Renewed;
    }

    /// A new file is compared with the old one; anything else is made from nothing, and has no xattrs then.
    bool add_extended(Changes& changes)
    {
        ExtendedAttributes wanted;
        ExtendedAttributes present;
        if (!read_extended_of_both(state_, segment_, wanted, present)) return false;
        if (state_.source.type == FileType::Regular || context_.job.dry_run) {
            add_extended_changes(wanted, present, context_.job.preservation, changes);
        } else if (context_.job.preservation.xattrs && !wanted.xattrs.empty()) {
            changes.add(Change::Xattr);
        }
        return true;
    }

    /// What was appended to is not what the source begins with. As in rsync, who asks for no names is not told.
    void try_again()
    {
        if (context_.wants_second_attempts)
            context_.sequencer.add(
                segment_,
                FailureEvent{"WARNING: " + state_.path() + " failed verification -- update retained (will try again).",
                             true});
        context_.late.try_again(state_);
        state_.retried = true;
    }

    AttributeTarget target() const { return {state_.destination(), state_.entry.target()}; }

    LazyPath destination_path() const
    {
        return [this] { return state_.destination_path(); };
    }

    EntryState& state_;
    Context& context_;
    Worker& worker_;
    Segment* segment_;
};

/// As the source has it.
std::string shown_target(const EntryState& state)
{
    if (!state.link_target) return {};
    return state.context.job.links.munge ? state.link_target->substr(kMungePrefix.size()) : *state.link_target;
}

}  // namespace

SourceTarget source_target(const EntryState& state)
{
    return source_attributes(state.context, state.source_directory(), state.entry.name, state.source.type);
}

bool open_source_file(EntryState& state, Segment* segment)
{
    if (!state.open)
        state.open = open_source(state.context, segment, state.source_directory(), state.source_name(), state.source);
    if (state.open) state.source = state.open->metadata;
    return state.open.has_value();
}

const std::string* link_target(EntryState& state, Segment* segment)
{
    if (!state.link_target) {
        auto target = source_link_target(state.context, state.source_directory(), state.entry.name);
        if (!target) {
            state.context.fail_source(segment, target.error(), state.source_name().absolute());
            return nullptr;
        }
        if (state.context.job.links.munge) target->insert(0, kMungePrefix);
        state.link_target = std::move(*target);
    }
    return &*state.link_target;
}

std::optional<bool> has_same_value(EntryState& state, Worker& worker, Segment* segment,
                                   const platform::Directory& other)
{
    auto& context = state.context;
    if (state.source.type == FileType::Symlink) {
        const auto* wanted = link_target(state, segment);
        if (wanted == nullptr) return std::nullopt;
        const auto present = context.job.rights.fake_destination ? read_fake_link(other, state.entry.target())
                                                                 : other.read_link(state.entry.target());
        return present && *present == *wanted;
    }
    const auto* recorded = state.source_directory().recorded(state.entry.name);
    if (recorded != nullptr && !recorded->data) return is_as_recorded(state, worker, *recorded, other);
    if (!open_source_file(state, segment)) return std::nullopt;
    const auto file = context.handles.with_room([&] { return other.open_file(state.entry.target()); });
    if (!file) return false;  // what cannot be read cannot be trusted to be the same
    const auto same =
        platform::same_content(state.open->file, *file, state.source.size, worker.copier.buffer(), &context.cancelled);
    if (same) return *same;
    if (!same.error().source_side) return false;
    if (!same.error().error.is(std::errc::operation_canceled))
        context.fail_source(segment, same.error().error, state.source_name().absolute());
    return std::nullopt;
}

bool read_extended_of_both(EntryState& state, Segment* segment, ExtendedAttributes& wanted, ExtendedAttributes& present)
{
    const auto type = state.source.type;
    auto source = read_source_extended(state.context, state.work->node.get(), source_target(state), state.source);
    if (!source) {
        state.context.fail_source(segment, source.error(), state.source_name().absolute());
        return false;
    }
    wanted = std::move(*source);
    if (!state.present || state.present->type != type) return true;
    auto destination = read_destination_extended(state.context, {state.destination(), state.entry.target()});
    if (!destination) {
        state.context.fail(segment, destination.error(), state.destination_path());
        return false;
    }
    present = std::move(*destination);
    return true;
}

/// What rsync tells of a member that is a link to its leader already: in a dry run all that is different of their
/// file; else what the leader has not mended by then, in rsync's eyes.
Changes changes_of_member(const Job& job, Update update, Changes leaders)
{
    if (job.dry_run) {
        leaders.remove(Change::Content);
        return leaders;
    }
    return update == Update::None && leaders.has(Change::Xattr) ? Changes().add(Change::Xattr) : Changes();
}

void tell_item(EntryState& state, Segment* segment, Update update, Changes changes, std::uint64_t bytes, bool untouched)
{
    auto& context = state.context;
    state.update = update;
    state.changes = changes;
    if (!context.wants_items || ((untouched || state.as_before) && !context.wants_unchanged && !state.group)) return;
    context.sequencer.add(segment,
                          ItemEvent{.update = update,
                                    .changes = changes,
                                    .path = state.shown(),
                                    .target_path = context.wants_unchanged ? state.target_path() : "",
                                    .link_target = shown_target(state),
                                    .long_name = context.wants_long_names ? state.source_name().as_typed() : "",
                                    .digest = told_digest(state, update, untouched),
                                    .metadata = state.source,
                                    .bytes_copied = bytes,
                                    .group = state.group && !state.left_out ? state.group->report : nullptr,
                                    .as_member = changes_of_member(context.job, update, changes),
                                    .in_place = state.in_place || (untouched && update == Update::HardLink),
                                    .was_there = state.in_alternate ||
                                                 (state.present && same_kind(state.present->type, state.source.type)),
                                    .untouched = untouched,
                                    .mended = state.mended,
                                    .as_before = state.as_before});
}

Updated update(EntryState& state, Worker& worker, Segment* segment)
{
    const auto updated = EntryUpdate(state, worker, segment).run();
    // A member of a group of hard links has others waiting for its place: whoever leads them sees to that.
    if (state.waits && !state.group) state.context.late.put_later(state, removal_after_placing(state));
    if (state.context.recorder) state.context.recorder->add(state, worker, segment);
    if (state.context.job.batch.read) tell_not_taken(state, segment, updated);
    after_update(state, segment, updated);
    return updated;
}

}  // namespace arsync::sync
