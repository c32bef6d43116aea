#include "sync/entry_state.h"

#include <utility>

#include "sync/attributes.h"
#include "sync/creation.h"
#include "sync/file_flags.h"

namespace arsync::sync {
namespace {

using platform::AttributeTarget;
using platform::FileType;
using platform::Metadata;

/// Counts a file as being copied as long as it lives.
class InFlight {
public:
    explicit InFlight(Progress& progress) : progress_(progress)
    {
        progress_.in_flight.fetch_add(1, std::memory_order_relaxed);
    }
    ~InFlight() { progress_.in_flight.fetch_sub(1, std::memory_order_relaxed); }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

private:
    Progress& progress_;
};

class EntryUpdate {
public:
    EntryUpdate(EntryState& state, Worker& worker, Segment* segment)
        : state_(state), context_(state.context), worker_(worker), segment_(segment)
    {
    }

    Updated run()
    {
        auto decision = decide(SameValue::Unknown);
        if (decision.verdict == Verdict::NeedsValue) {
            const auto same = ask_value();
            if (!same) return Updated::Failed;
            decision = decide(*same ? SameValue::Yes : SameValue::No);
        }
        switch (decision.verdict) {
            case Verdict::SkipExists: return skip(NoticeKind::Exists);
            case Verdict::SkipNewer: return skip(NoticeKind::Newer);
            case Verdict::SkipMissing: return skip(NoticeKind::NotCreated);
            case Verdict::Keep: return keep(decision.changes);
            default: return renew(decision);
        }
    }

private:
    Decision decide(SameValue same) const
    {
        return compare(state_.source, state_.present ? &*state_.present : nullptr, context_.compare_policy,
                       context_.may_set_group(state_.source.group), same);
    }

    Updated skip(NoticeKind kind)
    {
        count_settled();
        if (context_.wants_skips) context_.notice(segment_, kind, state_.path(), state_.source.type);
        return Updated::Skipped;
    }

    void count_settled()
    {
        if (state_.source.type == FileType::Regular)
            context_.progress->bytes_settled.fetch_add(state_.source.size, std::memory_order_relaxed);
    }

    /// Whether the link targets or, for -c, the contents are equal; nullopt: told.
    std::optional<bool> ask_value()
    {
        if (state_.source.type == FileType::Symlink) {
            const auto* wanted = link_target(state_, segment_);
            if (wanted == nullptr) return std::nullopt;
            const auto present = state_.destination().read_link(state_.entry.target());
            return present && *present == *wanted;
        }
        if (!open_file()) return std::nullopt;
        const auto other =
            context_.handles.with_room([&] { return state_.destination().open_file(state_.entry.target()); });
        if (!other) return false;  // what cannot be read cannot be trusted to be the same
        const auto same = platform::same_content(state_.open->file, *other, state_.source.size, worker_.copier.buffer(),
                                                 &context_.cancelled);
        if (same) return *same;
        if (!same.error().source_side) return false;
        if (!same.error().error.is(std::errc::operation_canceled))
            context_.fail_source(segment_, same.error().error, state_.source_name().absolute());
        return std::nullopt;
    }

    bool open_file()
    {
        if (!state_.open)
            state_.open =
                open_source(context_, segment_, state_.source_directory(), state_.source_name(), state_.source);
        if (state_.open) state_.source = state_.open->metadata;
        return state_.open.has_value();
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
            if (!read_extended_of_both(wanted, present)) return Updated::Failed;
            add_extended_changes(wanted, present, context_.job.preservation, changes);
        }
        // In rsync the ACL is set before the modes are compared, so that of the mode only set-id bits are told.
        const bool plain_mode = ((state_.source.mode ^ state_.present->mode) & 07000) == 0;
        const auto told = [&] {
            auto result = changes;
            if (changes.has(Change::Acl) && plain_mode && !context_.job.dry_run) result.remove(Change::Mode);
            return result;
        };
        const bool mend_time = changes.has(Change::Time) || mends_fraction();
        if ((!changes.none() || mend_time) && !context_.job.dry_run) {
            const bool unlocked = unlock(context_, target(), *state_.present);
            put_attributes(
                context_, segment_,
                {.target = target(),
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

    /// With -c rsync mends the part of a time below a second as well, without a word.
    bool mends_fraction() const
    {
        return context_.job.comparison.checksum && state_.source.type == FileType::Regular &&
               keeps_times(context_.job.preservation, FileType::Regular) &&
               state_.source.modified != state_.present->modified;
    }

    bool read_extended_of_both(ExtendedAttributes& wanted, ExtendedAttributes& present)
    {
        const auto type = state_.source.type;
        auto source = read_extended(context_, {state_.source_directory(), state_.entry.name});
        if (!source) {
            context_.fail_source(segment_, source.error(), state_.source_name().absolute());
            return false;
        }
        wanted = std::move(*source);
        if (!state_.present || state_.present->type != type) return true;
        auto destination = read_extended(context_, {state_.destination(), state_.entry.target()});
        if (!destination) {
            context_.fail(segment_, destination.error(), state_.destination_path());
            return false;
        }
        present = std::move(*destination);
        return true;
    }

    /// Makes the item, or makes it anew.
    Updated renew(Decision decision)
    {
        const auto type = state_.source.type;
        const bool extended = type == FileType::Regular && wants_extended(context_.job.preservation, type);
        if (decision.verdict == Verdict::Rewrite && extended) {
            ExtendedAttributes wanted;
            ExtendedAttributes present;
            if (!read_extended_of_both(wanted, present)) return Updated::Failed;
            add_extended_changes(wanted, present, context_.job.preservation, decision.changes);
        }
        const InFlight in_flight(*context_.progress);
        std::uint64_t bytes = 0;
        if (context_.job.dry_run) {
            if (!pretend()) return Updated::Failed;
            bytes = type == FileType::Regular ? state_.source.size : 0;
        } else if (!make_unlocked(bytes)) {
            return Updated::Failed;
        }
        const bool same_file = is_written_in_place();
        if (type == FileType::Regular) {
            context_.progress->files_copied.fetch_add(1, std::memory_order_relaxed);
            if (context_.job.dry_run) count_settled();
        }
        if (decision.changes.has(Change::Created)) context_.progress->created.add(type);
        tell_item(state_, segment_, type == FileType::Regular ? Update::Transfer : Update::LocalChange,
                  decision.changes, bytes, false);
        return same_file ? Updated::Done : Updated::Renewed;
    }

    /// Written in place it is still the file that it was.
    bool is_written_in_place() const
    {
        return state_.source.type == FileType::Regular && context_.job.writing.inplace && state_.present &&
               state_.present->type == FileType::Regular;
    }

    AttributeTarget target() const { return {state_.destination(), state_.entry.target()}; }

    LazyPath destination_path() const
    {
        return [this] { return state_.destination_path(); };
    }

    /// Makes the item. Flags come last: what is immutable cannot even be put into place.
    bool make_unlocked(std::uint64_t& bytes)
    {
        std::optional<UnlockedName> unlocked;
        if (state_.present) unlocked.emplace(context_, state_.destination(), state_.entry.target(), *state_.present);
        const bool made = make(bytes);
        if (unlocked && (!made || is_written_in_place())) {
            unlocked->kept();
        } else if (unlocked) {
            unlocked->gone();
        }
        if (!made) return false;
        if (is_written_in_place()) {
            put_flags(context_, segment_, target(), state_.source, &*state_.present, destination_path());
        } else if (context_.job.preservation.file_flags && state_.source.flags != 0) {
            // A clone has the flags that tell how its data is stored, and keeps them.
            const auto now = state_.destination().stat(state_.entry.target());
            put_flags(context_, segment_, target(), state_.source, now ? &*now : nullptr, destination_path());
        }
        return true;
    }

    /// What a dry run can find out: whether a directory could make way, where a link would point to.
    bool pretend()
    {
        const auto type = state_.source.type;
        if (type == FileType::Regular)
            context_.progress->bytes_to_copy.fetch_add(state_.source.size, std::memory_order_relaxed);
        if (type == FileType::Symlink && link_target(state_, segment_) == nullptr) return false;
        if (!state_.present || state_.present->type != FileType::Directory) return true;
        return make_way(context_, *state_.work->node, state_.destination(), state_.entry.target(), state_.path(),
                        state_.work->destination_filters, segment_);
    }

    bool make(std::uint64_t& bytes)
    {
        const auto place = state_.place(segment_);
        const auto tell = [&](const Error& error) { context_.fail(segment_, error, place.absolute()); };
        if (state_.source.type == FileType::Regular) {
            if (!open_file()) return false;
            context_.progress->bytes_to_copy.fetch_add(state_.source.size, std::memory_order_relaxed);
            const auto copied = copy_file(context_, worker_, *state_.open, state_.source_name(), place);
            bytes = copied.value_or(0);
            return copied.has_value();
        }
        if (state_.source.type == FileType::Symlink) {
            const auto* target = link_target(state_, segment_);
            return target != nullptr &&
                   place_new(
                       context_, place, [&](NameView name) { return state_.destination().make_symlink(*target, name); },
                       [&](NameView name) { put_on_new(name); }, tell);
        }
        const auto mode = wanted_mode(state_.source, nullptr, context_.compare_policy.attributes, false);
        return place_new(
            context_, place,
            [&](NameView name) {
                return state_.destination().make_node(name, state_.source.type, mode & 0777, state_.source.node);
            },
            [&](NameView name) { put_on_new(name); }, tell);
    }

    /// Attributes of a link or special file that was just made.
    void put_on_new(NameView name)
    {
        const auto present = state_.destination().stat(name);
        if (!present) return context_.fail(segment_, present.error(), state_.destination_path());
        ExtendedAttributes wanted;
        const bool extended = wants_extended(context_.job.preservation, state_.source.type);
        if (extended) {
            auto read = read_extended(context_, {state_.source_directory(), state_.entry.name});
            if (!read) return context_.fail(segment_, read.error(), state_.source_name().absolute());
            wanted = std::move(*read);
        }
        // A default ACL of the directory leaves its mark on special files as well.
        const auto creation = expected_creation(context_, *state_.work->node, state_.destination());
        const bool may_have_acl = state_.source.type != FileType::Symlink;
        const bool default_acl = creation.default_acl && may_have_acl;
        const bool inherits = creation.acl_handed_on && may_have_acl;
        ExtendedAttributes inherited;
        if (extended && inherits) {
            if (auto read = read_extended(context_, {state_.destination(), name})) inherited = std::move(*read);
        }
        const bool there = state_.present && same_kind(state_.present->type, state_.source.type);
        const auto* old = there ? &*state_.present : nullptr;
        const bool acl_decides = default_acl && old == nullptr && !context_.job.preservation.mode;
        const auto mode = wanted_mode(state_.source, old, context_.compare_policy.attributes, false);
        put_attributes(context_, segment_,
                       {.target = {state_.destination(), name},
                        .source = state_.source,
                        .present = *present,
                        .mode = acl_decides ? present->mode : mode,
                        .set_times = true,
                        .extended_source = extended ? &wanted : nullptr,
                        .extended_present = extended && inherits ? &inherited : nullptr},
                       [this] { return state_.destination_path(); });
    }

    EntryState& state_;
    Context& context_;
    Worker& worker_;
    Segment* segment_;
};

}  // namespace

const std::string* link_target(EntryState& state, Segment* segment)
{
    if (!state.link_target) {
        auto target = state.source_directory().read_link(state.entry.name);
        if (!target) {
            state.context.fail_source(segment, target.error(), state.source_name().absolute());
            return nullptr;
        }
        state.link_target = std::move(*target);
    }
    return &*state.link_target;
}

void tell_item(EntryState& state, Segment* segment, Update update, Changes changes, std::uint64_t bytes, bool untouched)
{
    auto& context = state.context;
    if (!context.wants_items || (untouched && !context.wants_unchanged && !state.group)) return;
    context.sequencer.add(segment,
                          ItemEvent{.update = update,
                                    .changes = changes,
                                    .path = state.path(),
                                    .link_target = state.link_target.value_or(""),
                                    .metadata = state.source,
                                    .bytes_copied = bytes,
                                    .group = state.group ? state.group->report : nullptr,
                                    .was_there = state.present && same_kind(state.present->type, state.source.type),
                                    .untouched = untouched});
}

Updated update(EntryState& state, Worker& worker, Segment* segment)
{
    return EntryUpdate(state, worker, segment).run();
}

}  // namespace arsync::sync
