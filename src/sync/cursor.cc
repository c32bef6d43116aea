#include "sync/cursor.h"

namespace arsync::sync {

Segment* Cursor::split(Context& context)
{
    Segment* middle = context.sequencer.insert_after(segment);
    Segment* rest = context.sequencer.insert_after(middle);
    context.sequencer.close(segment);
    segment = rest;
    return middle;
}

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

}  // namespace arsync::sync
