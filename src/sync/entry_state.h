#pragma once
// What is known about one entry (no directory) while it is brought up to date. Shared with whatever finishes it later:
// a task of its own for a large file, a follower of a hard-link group.

#include <memory>
#include <optional>
#include <string>

#include "platform/attributes.h"
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
    std::optional<OlderVersion> older;          // the old file in an alternate tree
    std::optional<OpenSource> open;             // where it was opened instead of being looked at by name
    std::optional<std::string> link_target;
    std::shared_ptr<LinkGroup> group;
    bool asked_to_lead = false;
    bool left_lead = false;     // it waits, or has waited, for a leader that is at the destination
    bool in_alternate = false;  // an alternate tree has the name
    std::optional<platform::FileIdentity> alternate;  // the file of an alternate tree that is the same
    bool as_before = false;                           // its attributes are the same as well
    bool mended = false;                              // with -c, the fraction of the second of its time is
    Update update = Update::None;                     // as told
    Changes changes;                                  // likewise
    bool in_place = false;                            // a link to the leader of its group already
    bool left_out = false;                            // for --compare-dest: it is in no group at the destination
    bool once_more = false;                           // --append-verify found that what was there is not the source's
    bool transferred = false;                         // its data was wanted at the destination, and got there
    bool recorded = false;                            // in the batch that is written
    bool retried = false;                             // a second attempt is to come
    bool waits = false;                               // --delay-updates: its file is put into place at the end

    [[nodiscard]] const SourceDirectory& source_directory() const { return *work->sources[entry.source]; }
    [[nodiscard]] const platform::Directory& destination() const { return *work->destination; }
    [[nodiscard]] SourceName source_name() const { return {*work->node, entry.source, entry.name}; }
    [[nodiscard]] std::string path() const { return joined_path(work->path, entry.name); }
    [[nodiscard]] std::string shown() const { return shown_path(*work, entry); }
    [[nodiscard]] std::string target_path() const { return joined_path(work->path, entry.target()); }
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
                .arriving = source.type,
                .segment = segment,
                .directory_path = work->path,
                .filters = work->destination_filters,
                .once_more = once_more,
                .fuzzy = work->similar_names.get(),
                .older = older ? &*older : nullptr};
    }
};

/// How the update of an entry ended.
enum class Updated : std::uint8_t {
    Done,     // it was there, and is as wanted now
    Renewed,  // it was made, or made anew (in a dry run: would be)
    LeftOut,  // an alternate tree has it (--compare-dest): nothing is to be here
    Skipped,
    Failed,
};

/// Compares both sides, acts and tells.
[[nodiscard]] Updated update(EntryState& state, Worker& worker, Segment* segment);

/// Whether the link target or, for -c, the content of the same name in `other` is the source's; nullopt: told.
[[nodiscard]] std::optional<bool> has_same_value(EntryState& state, Worker& worker, Segment* segment,
                                                 const platform::Directory& other);

/// Tells of the entry if anybody wants to know.
void tell_item(EntryState& state, Segment* segment, Update update, Changes changes, std::uint64_t bytes,
               bool untouched);

/// Reads ACLs and xattrs of the source, and of what is present if it is of that type. False, and told, on failure.
[[nodiscard]] bool read_extended_of_both(EntryState& state, Segment* segment, platform::ExtendedAttributes& wanted,
                                         platform::ExtendedAttributes& present);

/// What to read the source's ACLs and xattrs from.
[[nodiscard]] SourceTarget source_target(const EntryState& state);

/// Opens the source's file unless it is open; what it is then counts. False, and told, if it cannot be opened.
[[nodiscard]] bool open_source_file(EntryState& state, Segment* segment);

/// The symlink's target, read once.
[[nodiscard]] const std::string* link_target(EntryState& state, Segment* segment);

}  // namespace arsync::sync
