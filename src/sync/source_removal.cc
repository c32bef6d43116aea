#include "sync/source_removal.h"

#include <utility>

#include "sync/detached.h"
#include "sync/source_facts.h"

namespace arsync::sync {
namespace {

using platform::FileType;

bool is_at_destination(const EntryState& state, Updated updated)
{
    const bool regular = state.source.type == FileType::Regular;
    const bool special = !regular && state.source.type != FileType::Symlink;
    if (special && !state.context.job.moves_special_files) return false;
    switch (updated) {
        case Updated::Done: return true;
        // Links and special files that an alternate tree has stay, as in rsync.
        case Updated::Renewed:
            return regular || !state.as_before || state.context.job.alternates.use == AlternateUse::Copy;
        case Updated::LeftOut: return regular;
        default: return false;
    }
}

void remove_source(EntryState& state, Segment* segment)
{
    auto& context = state.context;
    const auto& directory = state.source_directory();
    const auto complain = [&](const char* why) {
        context.fail_message(segment, "source file is not removed, " + std::string(why) + ": \"" +
                                          state.source_name().absolute() + "\"");
    };
    const auto now = source_facts(context, *state.work->node, directory, state.entry.name);
    if (!now) return context.fail_source(segment, now.error(), state.source_name().absolute());
    if (now->identity != state.source.identity || now->type != state.source.type || now->size != state.source.size ||
        now->modified != state.source.modified)
        return complain("it has changed");
    if (state.work->destination) {
        const auto there = state.destination().stat(state.entry.target());
        if (there && there->identity == now->identity) return complain("it is the destination's file as well");
    }
    const auto removed = directory.on_disk()->unlink(state.entry.name);
    if (!removed) return context.fail(segment, removed.error(), state.source_name().absolute());
    context.notice(segment, NoticeKind::SourceRemoved, state.path(), state.source.type);
}

}  // namespace

void after_update(EntryState& state, Segment* segment, Updated updated)
{
    auto& context = state.context;
    if (!context.job.moving || context.job.dry_run || context.cancelled || !is_at_destination(state, updated)) return;
    if (state.waits || state.retried) return;
    if (state.group) return context.removals.add(detached(state));
    remove_source(state, segment);
}

LateWork::Then removal_after_placing(const EntryState& state)
{
    if (!state.context.job.moving) return nullptr;
    return [waiting = detached(state)](Worker&, bool placed, Segment* segment) {
        if (placed && attach(*waiting, segment)) remove_source(*waiting, segment);
    };
}

void remove_waiting_sources(Context& context, Segment* segment)
{
    for (const auto& state : context.removals.take()) {
        if (context.cancelled) return;
        if (attach(*state, segment)) remove_source(*state, segment);
        // Few of them are of the same directory: no handles are kept.
        state->work->sources.clear();
        state->work->destination.reset();
    }
}

}  // namespace arsync::sync
