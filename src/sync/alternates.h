#pragma once
// --compare-dest, --copy-dest, --link-dest: trees beside the destination that may have a file already. They are read
// through held handles like the source, never through a link below their roots, and never written to.

#include <optional>
#include <string>

#include "sync/entry_state.h"

namespace arsync::sync {

/// The best that the alternate trees have for a name: of equally good ones the first.
struct AlternateMatch {
    enum class Level : std::uint8_t {
        SameKind,  // data or value differ
        SameData,  // attributes differ
        Exact,
    };
    Level level = Level::SameKind;
    HeldDirectory directory;
    platform::Metadata metadata;
    Changes changes;  // what the source has otherwise
};

/// Adds the alternate trees to the root of the transfer, whose destination is decided. Missing ones are told, and are
/// no failure. `named`: the destination is the new name of the root, which is the only item: then they are relative to
/// the directory above, and may have that name.
void add_alternates(Context& context, DirectoryNode& root, bool named, Segment* segment);

[[nodiscard]] std::optional<AlternateMatch> find_alternate(EntryState& state, Worker& worker, Segment* segment);

/// What a directory that has to be made differs in from the same one of the alternate trees; nullopt: they have none.
/// `source` is where its ACLs and xattrs are read, `node` its parent.
[[nodiscard]] std::optional<Changes> changes_from_alternate(Context& context, DirectoryNode& parent, NameView name,
                                                            const platform::Metadata& metadata,
                                                            const SourceTarget& source);
/// The same for the root of the transfer.
[[nodiscard]] std::optional<Changes> changes_from_alternate(Context& context, DirectoryNode& root,
                                                            const SourceTarget& source);

/// Does what the option asks if a tree has the item; nullopt: it has to be transferred, with `decision.changes` as the
/// alternate trees make them.
[[nodiscard]] std::optional<Updated> take_from_alternate(EntryState& state, Worker& worker, Segment* segment,
                                                         Decision& decision);

}  // namespace arsync::sync
