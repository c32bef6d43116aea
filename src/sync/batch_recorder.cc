#include "sync/batch_recorder.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/checksum.h"
#include "sync/attributes.h"
#include "sync/file_blocks.h"
#include "sync/source_facts.h"
#include "sync/xattr_rules.h"

namespace arsync::sync {

using platform::FileType;
using platform::Metadata;

void BatchRecorder::begin(bool has_contents)
{
    const auto& batch = context_.job.batch;
    const auto done = batch.written->begin({.letters = batch.letters, .has_contents = has_contents});
    if (!done) give_up(context_.sequencer.first(), done.error());
}

void BatchRecorder::add(EntryState& state, Worker& worker, Segment* segment)
{
    if (state.recorded || !works()) return;
    state.recorded = true;
    const bool data_wanted = state.transferred && open_source_file(state, segment);
    batch::Entry entry;
    entry.path = state.path();
    entry.metadata = state.open ? state.open->metadata : state.source;
    if (state.source.type == FileType::Symlink) {
        if (const auto* target = link_target(state, segment)) entry.link_target = *target;
    }
    const auto unchanged =
        maps_owners() ? unmapped_source_facts(context_, *state.work->node, state.source_directory(), state.entry.name)
                      : entry.metadata;
    add_attributes(segment, state.work->node.get(), source_target(state), unchanged, state.source_name().absolute(),
                   entry);
    if (data_wanted) return put_data(state, worker, segment, entry);
    if (context_.job.comparison.checksum && state.source.type == FileType::Regular) {
        const auto file = state.source_directory().open_file(state.entry.name);
        if (file) entry.digest = digest_of(*file, entry.metadata.size, worker);
    }
    put(segment, entry);
}

std::optional<std::uint64_t> BatchRecorder::digest_of(const platform::File& file, std::uint64_t size, Worker& worker)
{
    Checksum sum;
    const auto read = read_blocks(file, {0, size}, worker.copier.buffer(), context_.cancelled, sum);
    return read && *read == size ? std::optional(sum.value()) : std::nullopt;
}

void BatchRecorder::put_data(EntryState& state, Worker& worker, Segment* segment, batch::Entry& entry)
{
    auto& batch = context_.job.batch;
    entry.has_data = true;
    const auto done = batch.written->add(entry, state.open->file, worker.copier.buffer(), context_.cancelled);
    if (done) {
        if (batch.only_written)
            context_.progress->bytes_copied.fetch_add(entry.metadata.size, std::memory_order_relaxed);
        return;
    }
    const auto& [error, source_side] = done.error();
    if (error.is(std::errc::operation_canceled)) return;
    if (!source_side) return give_up(segment, error);
    const auto path = state.source_name().absolute();
    if (error.code == ESTALE) {
        context_.fail_message(segment, "source changed while it was written to the batch: \"" + path + "\"");
    } else {
        context_.fail_source(segment, error, path);
    }
    entry.has_data = false;
    put(segment, entry);
}

void BatchRecorder::add_directory(Segment* segment, const DirectoryWork& work, bool has_contents)
{
    if (!works()) return;
    auto& node = *work.node;
    batch::Entry entry;
    entry.path = work.path.empty() ? "." : work.path;
    entry.metadata = node.source_metadata;
    entry.has_contents = has_contents;
    const auto& held = work.sources[node.attribute_source];
    if (held) {
        const auto unchanged =
            maps_owners() ? unmapped_source_facts(context_, *held) : Result<Metadata>(entry.metadata);
        add_attributes(segment, node.parent().get(), *held, unchanged, node.source_path(node.attribute_source), entry);
    } else if (maps_owners()) {  // only the directory itself takes part
        const auto above = node.parent()->source(node.source_at(0).parent_index);
        if (above) {
            const auto unchanged = unmapped_source_facts(context_, *node.parent(), **above, *node.name());
            if (unchanged) entry.metadata.user = unchanged->user;
            if (unchanged) entry.metadata.group = unchanged->group;
        }
    }
    put(segment, entry);
}

void BatchRecorder::add_left_out(Segment* segment, const DirectoryWork& work, const Entry& entry)
{
    if (!works()) return;
    batch::Entry left_out;
    left_out.path = joined_path(work.path, entry.name);
    left_out.part = batch::Part::LeftOut;
    left_out.metadata.type = entry.type;
    put(segment, left_out);
}

void BatchRecorder::add_missing(Segment* segment, const DirectoryWork& work)
{
    for (const auto& name : work.missing) {
        if (!works()) return;
        batch::Entry missing;
        missing.path = joined_path(work.path, name.name);
        missing.part = batch::Part::Missing;
        put(segment, missing);
    }
}

void BatchRecorder::finish(Segment* segment)
{
    if (!works()) return;
    const auto& troubles = context_.troubles;
    const bool all_seen = !doubtful_ && !troubles.source_unlisted && !troubles.vanished;
    const auto done = context_.job.batch.written->finish(all_seen);
    if (!done) give_up(segment, done.error());
}

void BatchRecorder::add_attributes(Segment* segment, const DirectoryNode* holder, const SourceTarget& target,
                                   const Result<Metadata>& unchanged, const std::string& path, batch::Entry& entry)
{
    if (unchanged) {
        entry.metadata.user = unchanged->user;
        entry.metadata.group = unchanged->group;
    }
    if (!wants_extended(context_.job.preservation, entry.metadata.type)) return;
    auto extended = read_source_extended(context_, holder, target, entry.metadata);
    if (!extended) return context_.fail_source(segment, extended.error(), path);
    if (maps_owners() && context_.job.preservation.acls) {
        const auto own = target.read({.acls = true});
        if (own) extended->access_acl = own->access_acl;
        if (own) extended->default_acl = own->default_acl;
    }
    entry.extended = std::move(*extended);
}

void BatchRecorder::put(Segment* segment, const batch::Entry& entry)
{
    const auto done = context_.job.batch.written->add(entry);
    if (!done) give_up(segment, done.error());
}

void BatchRecorder::give_up(Segment* segment, const Error& error)
{
    if (broken_.exchange(true)) return;
    context_.troubles.batch_broken = true;
    context_.fail(segment, error, context_.job.batch.path);
}

}  // namespace arsync::sync
