#pragma once
// What is known about one entry (no directory) while it is brought up to date. Shared with whatever finishes it later:
// a task of its own for a large file, a follower of a hard-link group.

#include <memory>
#include <optional>
#include <string>

#include "sync/context.h"
#include "sync/directory_work.h"
#include "sync/file_copy.h"
#include "sync/hard_links.h"
#include "sync/placement.h"

namespace arsync::sync {

struct EntryState {
    EntryState(Context& the_context, std::shared_ptr<DirectoryWork> the_work, std::size_t the_index)
        : context(the_context), work(std::move(the_work)), entry(work->list.entries()[the_index])
    {
    }

    Context& context;
    std::shared_ptr<DirectoryWork> work;
    const Entry& entry;
    platform::Metadata source;
    std::optional<platform::Metadata> present;  // at the destination
    std::optional<OpenSource> open;             // where it was opened instead of being looked at by name
    std::optional<std::string> link_target;
    std::shared_ptr<LinkGroup> group;
    bool last_of_group = false;

    [[nodiscard]] const platform::Directory& source_directory() const { return *work->sources[entry.source]; }
    [[nodiscard]] const platform::Directory& destination() const { return *work->destination; }
    [[nodiscard]] SourceName source_name() const { return {*work->node, entry.source, entry.name}; }
    [[nodiscard]] std::string path() const { return joined_path(work->path, entry.name); }
    [[nodiscard]] std::string destination_path() const
    {
        return joined_path(work->node->destination_path(), entry.target());
    }
    [[nodiscard]] Place place(Segment* segment) const
    {
        return {.node = *work->node,
                .directory = destination(),
                .name = entry.target(),
                .present = present ? &*present : nullptr,
                .segment = segment,
                .directory_path = work->path,
                .filters = work->destination_filters};
    }
};

/// How the update of an entry ended.
enum class Updated : std::uint8_t {
    Done,     // it was there, and is as wanted now
    Renewed,  // it was made, or made anew (in a dry run: would be)
    Skipped,
    Failed,
};

/// Compares both sides, acts and tells.
[[nodiscard]] Updated update(EntryState& state, Worker& worker, Segment* segment);

/// Tells of the entry if anybody wants to know.
void tell_item(EntryState& state, Segment* segment, Update update, Changes changes, std::uint64_t bytes,
               bool untouched);

/// The symlink's target, read once.
[[nodiscard]] const std::string* link_target(EntryState& state, Segment* segment);

}  // namespace arsync::sync
