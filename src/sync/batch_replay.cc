#include "sync/batch_replay.h"

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/checksum.h"
#include "sync/file_blocks.h"
#include "sync/source_facts.h"

namespace arsync::sync {

using platform::FileType;

void read_batch_operands(Context& context, const batch::Reader& batch, Root& root, Segment* segment, Operands& operands)
{
    auto& work = *root.work;
    const auto& top = batch.root();
    auto& source = work.node->add_source();
    source.root_path = source.typed_path = context.job.batch.path;
    source.recorded = &top;
    source.contents = batch.header().has_contents;
    if (source.contents) source.device = top.identity.device;  // else operands begin below
    work.sources.push_back(std::make_shared<const SourceDirectory>(batch, top));
    source.handle.hold(work.sources.back(), top.identity);
    operands.count = std::max<std::size_t>(top.children.size(), top.entry ? 1 : 0);
    if (source.contents) operands.contents.push_back(0);
    const auto facts = source_facts(context, *work.sources.back());
    if (top.entry && facts) {
        operands.root = 0;
        work.node->source_metadata = *facts;
    }
    // An operand that was missing was told where the batch was written, and is no matter of the replay.
    if (!batch.all_seen() && !context.job.deletion.ignore_errors) {
        root.complete = false;
        context.troubles.operand_missing = true;
    }
    if (batch.complete()) return;
    context.troubles.batch_broken = true;
    context.fail_message(segment, "batch ends too early or is damaged, only what stands before that is applied: \"" +
                                      context.job.batch.path + "\"");
}

void collect_missing(const batch::Node& directory, DirectoryWork& work)
{
    for (const auto& [name, node] : directory.children) {
        if (node->entry && node->entry->part == batch::Part::Missing)
            work.missing.push_back({*Name::make(name), std::nullopt});
    }
}

bool is_left_out(const DirectoryWork& work, const Entry& entry)
{
    const auto* recorded = work.sources[entry.source]->recorded(entry.name);
    return recorded != nullptr && recorded->entry && recorded->entry->part == batch::Part::LeftOut;
}

bool is_as_recorded(EntryState& state, Worker& worker, const batch::Node& recorded, const platform::Directory& other)
{
    auto& context = state.context;
    const auto file = context.handles.with_room([&] { return other.open_file(state.entry.target()); });
    if (!file || !recorded.entry->digest) return false;
    Checksum sum;
    const auto read = read_blocks(*file, {0, state.source.size}, worker.copier.buffer(), context.cancelled, sum);
    return read && *read == state.source.size && sum.value() == *recorded.entry->digest;
}

void tell_not_in_batch(Context& context, Segment* segment, const SourceName& name, const Error& error)
{
    if (error.code == EBADMSG)
        return context.fail_message(segment, "data in the batch is damaged: \"" + name.absolute() + "\"");
    if (error.code != ENODATA) return context.fail(segment, error, name.absolute());
    context.troubles.partial = true;
    context.progress->failures.fetch_add(1, std::memory_order_relaxed);
    context.notice(segment, NoticeKind::NotInBatch, joined_path(name.node.path(), name.name), FileType::Regular);
}

void tell_not_taken(EntryState& state, Segment* segment, Updated updated)
{
    if (updated == Updated::Failed || state.transferred) return;
    const auto* recorded = state.source_directory().recorded(state.entry.name);
    if (recorded == nullptr || !recorded->entry->has_data) return;
    state.context.notice(segment, NoticeKind::NotFromBatch, state.path(), state.source.type);
}

}  // namespace arsync::sync
