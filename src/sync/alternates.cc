#include "sync/alternates.h"

#include <utility>

#include "base/path.h"
#include "sync/attributes.h"
#include "sync/destination_facts.h"
#include "sync/file_flags.h"
#include "sync/xattr_rules.h"

namespace arsync::sync {
namespace {

using platform::Directory;
using platform::FileType;
using Level = AlternateMatch::Level;

HeldDirectory alternate_directory(Context& context, DirectoryNode& node, std::size_t index)
{
    auto directory = context.handles.with_room([&] { return node.alternate(index); });
    return directory ? std::move(*directory) : nullptr;
}

/// Adds the a and x columns; what cannot be read counts as different.
void add_extended(const Context& context, const DirectoryNode* holder, const platform::Metadata& facts,
                  const SourceTarget& source, platform::AttributeTarget other, Changes& changes)
{
    const auto& wanted = context.job.preservation;
    if (!wants_extended(wanted, facts.type)) return;
    const auto ours = read_source_extended(context, holder, source, facts);
    const auto theirs = read_destination_extended(context, other);
    if (ours && theirs) return add_extended_changes(*ours, *theirs, wanted, changes);
    changes.add(wanted.acls ? Change::Acl : Change::Xattr);
}

/// How rsync tells of the time of what differs otherwise.
Change time_not_kept(const Preservation& wanted)
{
    return wanted.times ? Change::Time : Change::TransferTime;
}

/// How well `name` in one alternate directory matches; nullopt: not at all.
std::optional<AlternateMatch> match_in(EntryState& state, Worker& worker, Segment* segment, HeldDirectory directory)
{
    auto& context = state.context;
    const auto name = state.entry.target();
    const auto facts = destination_facts(context, *directory, name, state.source);
    if (!facts || !same_kind(facts->type, state.source.type)) return std::nullopt;
    const auto decide = [&](SameValue same) {
        return compare(state.source, &*facts, context.alternate_policy, context.may_set_group(state.source.group),
                       same);
    };
    auto decision = decide(SameValue::Unknown);
    if (decision.verdict == Verdict::NeedsValue) {
        const auto same = has_same_value(state, worker, segment, *directory);
        if (!same) return std::nullopt;
        decision = decide(*same ? SameValue::Yes : SameValue::No);
    }
    AlternateMatch match{Level::SameKind, std::move(directory), *facts, decision.changes};
    add_extended(context, state.work->node.get(), state.source, {state.source_directory(), state.entry.name},
                 {*match.directory, name}, match.changes);
    // -E: here it counts as well where rsync would not change the mode, of what nobody may read.
    if (differs_in_executability(state.source, *facts, context.job.preservation)) match.changes.add(Change::Mode);
    if (decision.verdict == Verdict::Keep) match.level = match.changes.none() ? Level::Exact : Level::SameData;
    if (state.source.type == FileType::Regular || match.changes.none()) return match;
    // Of what has no data rsync says that the value differs, whatever it is, and the time that is not kept.
    const auto& wanted = context.job.preservation;
    match.changes.add(Change::Content);
    if (!keeps_times(wanted, state.source.type)) match.changes.add(time_not_kept(wanted));
    return match;
}

class TakeFromAlternate {
public:
    TakeFromAlternate(EntryState& state, Worker& worker, Segment* segment, AlternateMatch match)
        : state_(state), context_(state.context), worker_(worker), segment_(segment), match_(std::move(match))
    {
    }

    std::optional<Updated> copy()
    {
        if (!context_.job.dry_run) {
            auto basis = open_basis();
            if (!basis) return std::nullopt;
            const auto place = state_.place(segment_);
            const auto name = state_.source_name();
            if (!replaced([&] {
                    const auto copied = copy_file(context_, worker_, *basis, name, place);
                    state_.waits = copied && copied->waits;
                    return copied.has_value();
                }))
                return Updated::Failed;
        } else {
            count_settled();
        }
        // A copy has the time of its making where times are not kept.
        if (!context_.job.preservation.times) match_.changes.add(Change::TransferTime);
        return told(Update::LocalChange);
    }

    /// The alternate's file gets one more name. Where the system will not do that the file is copied.
    std::optional<Updated> link()
    {
        if (!context_.job.dry_run) {
            bool refused = false;
            const auto place = state_.place(segment_);
            const auto name = state_.entry.target();
            const bool placed = replaced([&] {
                return place_new(
                    context_, place,
                    [&](NameView new_name) { return match_.directory->link(name, state_.destination(), new_name); },
                    [](NameView) {}, [&](const Error&) { refused = true; });
            });
            if (refused) return state_.source.type == FileType::Regular ? copy() : std::nullopt;
            if (!placed) return Updated::Failed;
        }
        count_settled();
        return told(Update::HardLink);
    }

    /// Nothing is to be at the destination.
    Updated leave_out()
    {
        count_settled();
        if (state_.present && !context_.job.dry_run) {
            const auto place = state_.place(segment_);
            if (!replaced([&] { return remove_present(context_, place); })) return Updated::Failed;
        }
        state_.left_out = true;
        tell_item(state_, segment_, Update::None, {}, 0, true);
        return Updated::LeftOut;
    }

private:
    /// The file as it was found; another one that took its name is none.
    std::optional<OpenSource> open_basis()
    {
        auto file = context_.handles.with_room([&] { return match_.directory->open_file(state_.entry.target()); });
        const auto facts = file ? file->stat() : std::unexpected(file.error());
        const auto& found = match_.metadata;
        if (!facts || facts->type != FileType::Regular || facts->size != found.size ||
            facts->modified != found.modified)
            return std::nullopt;
        return OpenSource{std::move(*file), *facts,
                          AttributeSource{state_.source, {state_.source_directory(), state_.entry.name}}};
    }

    /// Runs `place`, with the flags of what stands there taken off meanwhile.
    template <class Work>
    bool replaced(Work work)
    {
        std::optional<UnlockedName> unlocked;
        if (state_.present) unlocked.emplace(context_, state_.destination(), state_.entry.target(), *state_.present);
        const bool done = work();
        if (unlocked) done ? unlocked->gone() : unlocked->kept();
        return done;
    }

    void count_settled()
    {
        if (state_.source.type == FileType::Regular)
            context_.progress->bytes_settled.fetch_add(state_.source.size, std::memory_order_relaxed);
    }

    Updated told(Update update)
    {
        state_.as_before = match_.changes.none();
        state_.alternate = match_.metadata.identity;
        state_.in_alternate = true;
        // Untouched: a link that nobody here is the leader of.
        tell_item(state_, segment_, update, match_.changes, 0, update == Update::HardLink);
        return Updated::Renewed;
    }

    EntryState& state_;
    Context& context_;
    Worker& worker_;
    Segment* segment_;
    AlternateMatch match_;
};

/// Whether the alternate trees are asked at all: for what is missing, and, of files, also for a better one than is
/// there.
bool is_looked_for(const EntryState& state, Verdict verdict)
{
    const bool regular = state.source.type == FileType::Regular;
    if (verdict != Verdict::Create && verdict != Verdict::Rewrite && verdict != Verdict::Keep &&
        verdict != Verdict::SkipShorter)
        return false;
    if (!state.present) return true;
    if (!regular) return false;
    return state.present->type != FileType::Regular || state.context.job.alternates.use != AlternateUse::Copy;
}

/// A file with new data is made after the alternate's as if that one was updated. What cannot be read is none.
std::optional<OlderVersion> version_to_go_on_from(Context& context, const AlternateMatch& match, NameView name)
{
    const auto& job = context.job;
    if (match.level != Level::SameKind || (job.preservation.mode && job.writing.whole_file)) return std::nullopt;
    const auto file = context.handles.with_room([&] { return match.directory->open_file(name); });
    return file ? std::optional(OlderVersion{match.directory, match.metadata}) : std::nullopt;
}

/// `path` without "x/.." in it, for what does not exist.
std::string collapsed(const std::string& path)
{
    std::string result;
    for (const auto part : components(path)) {
        if (part == ".") continue;
        if (part != "..") {
            result.append("/").append(part);
        } else if (!result.empty()) {
            result.resize(result.rfind('/'));
        }
    }
    return result.empty() ? "/" : result;
}

std::string_view option_name(AlternateUse use)
{
    return use == AlternateUse::Link ? "--link-dest" : use == AlternateUse::Copy ? "--copy-dest" : "--compare-dest";
}

/// An alternate that cannot be used is only something to know, as in rsync, unless --confine-root forbids it.
void tell_unusable(Context& context, Segment* segment, const Error& error, const std::string& path)
{
    if (error.operation == Operation::LeaveRoot) return context.fail(segment, error, path);
    std::string text(option_name(context.job.alternates.use));
    if (error.operation == Operation::PassLink) {
        text += " arg is not used: " + path + ": " + error.reason();
    } else {
        text += platform::stat_path(path, true) ? " arg is not a dir: " : " arg does not exist: ";
        text += path;
    }
    context.sequencer.add(segment, FailureEvent{std::move(text), true});
}

}  // namespace

void add_alternates(Context& context, DirectoryNode& root, bool named, Segment* segment)
{
    const auto& alternates = context.job.alternates;
    const auto destination = split_path(root.destination_path());
    const auto base = named ? destination.directory : root.destination_path();
    const bool pretended = root.state == DestinationState::Absent && !platform::stat_path(base, true);
    for (const auto& typed : alternates.directories) {
        auto path = typed.starts_with('/') ? typed : base + "/" + typed;
        if (pretended) path = collapsed(path);
        auto opened = Directory::open_root(path, context.job.paths);
        if (!opened) tell_unusable(context, segment, opened.error(), path);
        if (opened && named && destination.name) {
            path = joined_path(path, *destination.name);
            opened = opened->open_directory(*destination.name);
        }
        root.add_alternate(std::move(path), std::move(opened));
    }
}

std::optional<AlternateMatch> find_alternate(EntryState& state, Worker& worker, Segment* segment)
{
    std::optional<AlternateMatch> best;
    auto& node = *state.work->node;
    for (std::size_t i = 0; i < node.alternate_count(); ++i) {
        auto directory = alternate_directory(state.context, node, i);
        if (!directory) continue;
        auto match = match_in(state, worker, segment, std::move(directory));
        if (!match || (best && match->level <= best->level)) continue;
        best = std::move(match);
        if (best->level == Level::Exact) break;
    }
    return best;
}

namespace {

/// Prefers the directory that differs in nothing; `stat` gives what an alternate has.
template <class Look>
std::optional<Changes> best_of_directories(Context& context, DirectoryNode& node, const platform::Metadata& metadata,
                                           Look look)
{
    std::optional<Changes> best;
    for (std::size_t i = 0; i < node.alternate_count(); ++i) {
        const auto directory = alternate_directory(context, node, i);
        if (!directory) continue;
        const std::optional<Changes> changes = look(*directory, metadata);
        if (changes && (!best || changes->none())) best = changes;
        if (best && best->none()) break;
    }
    return best;
}

Changes directory_changes(Context& context, const platform::Metadata& metadata, const platform::Metadata& other)
{
    auto changes =
        compare(metadata, &other, context.alternate_policy, context.may_set_group(metadata.group), SameValue::Yes)
            .changes;
    const auto& wanted = context.job.preservation;
    if (keeps_times(wanted, FileType::Directory)) return changes;
    // With -O rsync tells of the time as if it was to be kept.
    const bool differs = wanted.times && !same_time(metadata.modified, other.modified,
                                                    context.alternate_policy.comparison.modify_window);
    if (differs || !changes.none()) changes.add(time_not_kept(wanted));
    return changes;
}

}  // namespace

std::optional<Changes> changes_from_alternate(Context& context, DirectoryNode& parent, NameView name,
                                              const platform::Metadata& metadata, const SourceTarget& source)
{
    const auto look = [&](const platform::Directory& directory,
                          const platform::Metadata& wanted) -> std::optional<Changes> {
        const auto facts = directory.stat(name);
        if (!facts || facts->type != FileType::Directory) return std::nullopt;
        auto changes = directory_changes(context, wanted, *facts);
        add_extended(context, &parent, wanted, source, {directory, name}, changes);
        return changes;
    };
    return best_of_directories(context, parent, metadata, look);
}

std::optional<Changes> changes_from_alternate(Context& context, DirectoryNode& root, const SourceTarget& source)
{
    const auto look = [&](const platform::Directory& directory,
                          const platform::Metadata& wanted) -> std::optional<Changes> {
        const auto facts = directory.stat();
        if (!facts) return std::nullopt;
        auto changes = directory_changes(context, wanted, *facts);
        add_extended(context, nullptr, wanted, source, directory, changes);
        return changes;
    };
    return best_of_directories(context, root, root.source_metadata, look);
}

std::optional<Updated> take_from_alternate(EntryState& state, Worker& worker, Segment* segment, Decision& decision)
{
    if (!is_looked_for(state, decision.verdict)) return std::nullopt;
    auto match = find_alternate(state, worker, segment);
    if (!match) return std::nullopt;
    const auto use = state.context.job.alternates.use;
    const bool regular = state.source.type == FileType::Regular;
    const bool there = state.present && same_kind(state.present->type, state.source.type);
    if (there && (match->level != Level::Exact || match->metadata.identity == state.present->identity))
        return std::nullopt;
    const auto level = match->level;
    auto old_version = version_to_go_on_from(state.context, *match, state.entry.target());
    decision.changes = match->changes;
    state.in_alternate = !there;
    TakeFromAlternate take(state, worker, segment, std::move(*match));
    if (level == Level::Exact && use == AlternateUse::Compare) return take.leave_out();
    if (level == Level::Exact && use == AlternateUse::Link) {
        if (auto linked = take.link()) return linked;
    }
    if (regular && level != Level::SameKind) return take.copy();
    state.as_before = level == Level::Exact;
    if (regular && !there) state.older = std::move(old_version);
    return std::nullopt;
}

}  // namespace arsync::sync
