#include "sync/detached.h"

#include <utility>

#include "sync/directory_work.h"

namespace arsync::sync {

StatePointer detached(const EntryState& state)
{
    auto work = std::make_shared<DirectoryWork>();
    work->node = state.work->node;
    work->path = state.work->path;
    work->source_filters = state.work->source_filters;
    work->destination_filters = state.work->destination_filters;
    work->list.add_operand(Name(state.entry.name), state.entry.type, state.entry.source);
    if (const auto* name = state.entry.destination_name()) work->list.rename_only_entry(*name);
    auto waiting = std::make_shared<EntryState>(state.context, std::move(work), 0);
    waiting->source = state.source;
    waiting->present = state.present;
    waiting->asked_to_lead = state.asked_to_lead;
    waiting->link_target = state.link_target;
    waiting->group = state.group;
    return waiting;
}

bool attach(EntryState& state, Segment* segment)
{
    auto& context = state.context;
    auto& node = *state.work->node;
    auto source = context.handles.with_room([&] { return node.source(state.entry.source); });
    if (!source) {
        context.fail_source(segment, source.error(), node.source_path(state.entry.source));
        return false;
    }
    state.work->sources.resize(state.entry.source + 1);
    state.work->sources.back() = std::move(*source);
    if (node.state == DestinationState::Absent) return true;  // a dry run makes none
    auto destination = context.handles.with_room([&] { return node.destination(); });
    if (!destination) {
        context.fail(segment, destination.error(), node.destination_path());
        return false;
    }
    state.work->destination = std::move(*destination);
    return true;
}

}  // namespace arsync::sync
