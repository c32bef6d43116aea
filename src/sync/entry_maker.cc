#include "sync/entry_maker.h"

#include "sync/attributes.h"
#include "sync/creation.h"
#include "sync/fake_super.h"
#include "sync/file_flags.h"
#include "sync/xattr_rules.h"

namespace arsync::sync {
namespace {

using platform::AttributeTarget;
using platform::FileType;

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

class EntryMaker {
public:
    EntryMaker(EntryState& state, Worker& worker, Segment* segment)
        : state_(state), context_(state.context), worker_(worker), segment_(segment)
    {
    }

    /// Flags come last: what is immutable cannot even be put into place.
    std::optional<MadeEntry> run()
    {
        std::optional<UnlockedName> unlocked;
        const bool waits = context_.job.writing.delay_updates && state_.source.type == FileType::Regular;
        if (state_.present && !waits)
            unlocked.emplace(context_, state_.destination(), state_.entry.target(), *state_.present);
        const auto made = make();
        if (unlocked && (!made || is_written_in_place(state_))) {
            unlocked->kept();
        } else if (unlocked) {
            unlocked->gone();
        }
        if (!made || state_.waits) return made;
        if (is_written_in_place(state_)) {
            put_flags(context_, segment_, target(), state_.source, &*state_.present, destination_path());
        } else if (context_.job.preservation.file_flags && state_.source.flags != 0) {
            // A clone has the flags that tell how its data is stored, and keeps them.
            const auto now = state_.destination().stat(state_.entry.target());
            put_flags(context_, segment_, target(), state_.source, now ? &*now : nullptr, destination_path());
        }
        return made;
    }

    /// What a dry run can find out: whether a directory could make way, where a link would point to.
    std::optional<MadeEntry> pretend()
    {
        if (!could_be_made()) return std::nullopt;
        return MadeEntry{.bytes = state_.source.type == FileType::Regular ? state_.source.size : 0};
    }

private:
    bool could_be_made()
    {
        const auto type = state_.source.type;
        if (type == FileType::Regular)
            context_.progress->bytes_to_copy.fetch_add(state_.source.size, std::memory_order_relaxed);
        if (type == FileType::Symlink && link_target(state_, segment_) == nullptr) return false;
        if (type == FileType::Regular && context_.job.batch.read && !open_source_file(state_, segment_)) return false;
        // rsync's dry run tells of backups, but not of those that would be made when a file has arrived.
        if (!state_.present) return true;
        const bool arrives = type == FileType::Regular && state_.present->type == FileType::Regular;
        if (state_.present->type != FileType::Directory)
            return arrives || back_up(context_, state_.place(segment_), BackupWay::Link);
        return present_makes_way();
    }

    bool present_makes_way()
    {
        return make_way(context_, *state_.work->node, state_.destination(), state_.entry.target(), state_.path(),
                        state_.work->destination_filters, segment_);
    }

    /// A directory that will hardly make way is tried before anything is copied; others go when all is there.
    bool is_blocked()
    {
        if (!state_.present || state_.present->type != FileType::Directory) return false;
        const auto& backup = context_.job.backup;
        const bool backups_stay_in_it = backup.wanted && !backup.has_directory;
        return backups_stay_in_it || !may_make_way(context_, state_.destination(), state_.entry.target());
    }

    std::optional<MadeEntry> make()
    {
        if (is_blocked()) {
            if (!present_makes_way()) return std::nullopt;
            state_.present.reset();
        }
        if (state_.source.type == FileType::Regular) return copy();
        if (!make_new()) return std::nullopt;
        return MadeEntry{};
    }

    std::optional<MadeEntry> copy()
    {
        if (!open_source_file(state_, segment_)) return std::nullopt;
        context_.progress->bytes_to_copy.fetch_add(state_.source.size, std::memory_order_relaxed);
        const auto copied = copy_file(context_, worker_, *state_.open, state_.source_name(), state_.place(segment_));
        if (!copied) return std::nullopt;
        state_.waits = copied->waits;
        return MadeEntry{copied->bytes, copied->mismatch};
    }

    bool make_new()
    {
        const auto place = state_.place(segment_);
        const auto tell = [&](const Error& error) { context_.fail(segment_, error, place.absolute()); };
        if (state_.source.type == FileType::Symlink) {
            const auto* target = link_target(state_, segment_);
            return target != nullptr && place_new(
                                            context_, place, [&](NameView name) { return make_symlink(*target, name); },
                                            [&](NameView name) { put_on_new(name); }, tell);
        }
        // The umask is not for what a default ACL cuts.
        const bool default_acl = !context_.job.preservation.mode &&
                                 expected_creation(context_, *state_.work->node, state_.destination()).default_acl;
        const auto mode = wanted_mode(state_.source, nullptr, context_.compare_policy.attributes, default_acl);
        return place_new(
            context_, place,
            [&](NameView name) {
                if (context_.job.rights.fake_destination) return make_fake_entry(name, "");
                return state_.destination().make_node(name, state_.source.type, mode & 0777, state_.source.node);
            },
            [&](NameView name) { put_on_new(name); }, tell);
    }

    Status make_symlink(const std::string& target, NameView name) const
    {
        if (context_.job.rights.fake_destination) return make_fake_entry(name, target);
        return state_.destination().make_symlink(target, name);
    }

    Status make_fake_entry(NameView name, const std::string& content) const
    {
        return context_.handles.with_room([&] { return make_fake(state_.destination(), name, content); });
    }

    /// Attributes of a link or special file that was just made.
    void put_on_new(NameView name)
    {
        const auto present = state_.destination().stat(name);
        if (!present) return context_.fail(segment_, present.error(), state_.destination_path());
        ExtendedAttributes wanted;
        const bool extended = wants_extended(context_.job.preservation, state_.source.type);
        if (extended) {
            auto read = read_source_extended(context_, state_.work->node.get(), source_target(state_), state_.source);
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
            if (auto read = read_destination_extended(context_, {state_.destination(), name}))
                inherited = std::move(*read);
        }
        const bool handed_on = state_.present && hands_on_mode(state_.present->type, state_.source.type);
        const auto* old = state_.present ? &*state_.present : nullptr;
        const bool acl_decides = default_acl && !handed_on && !context_.job.preservation.mode;
        const auto mode = wanted_mode(state_.source, old, context_.compare_policy.attributes, false);
        put_attributes(context_, segment_,
                       {.target = {state_.destination(), name},
                        .source = state_.source,
                        .present = *present,
                        .mode = acl_decides ? present->mode : mode,
                        .is_new = true,
                        .set_times = true,
                        .extended_source = extended ? &wanted : nullptr,
                        .extended_present = extended && inherits ? &inherited : nullptr},
                       [this] { return state_.destination_path(); });
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

}  // namespace

bool is_written_in_place(const EntryState& state)
{
    return state.source.type == FileType::Regular && state.context.job.writing.inplace && state.present &&
           state.present->type == FileType::Regular;
}

std::optional<MadeEntry> make_entry(EntryState& state, Worker& worker, Segment* segment)
{
    const InFlight in_flight(*state.context.progress);
    EntryMaker maker(state, worker, segment);
    return state.context.job.dry_run ? maker.pretend() : maker.run();
}

}  // namespace arsync::sync
