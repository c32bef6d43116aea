#pragma once
// A subdirectory before it is opened (opened_directory.h): compared, and made at the destination.

#include <memory>
#include <optional>

#include "sync/context.h"
#include "sync/directory_work.h"
#include "sync/kept_links.h"

namespace arsync::sync {

/// What waits for a worker: the node, what is in force above it, and its place in the output.
struct Subdirectory {
    std::shared_ptr<DirectoryNode> node;
    std::string path;  // transfer path; from the node alone it costs as much as the directory is deep
    Filters source_filters;
    Filters destination_filters;
    Segment* segment = nullptr;
};

/// Compares the directory entry with the destination and makes it there if need be. nullopt, with the segment closed,
/// if nothing is to be done inside.
[[nodiscard]] std::optional<Subdirectory> prepare_subdirectory(Context& context,
                                                               const std::shared_ptr<DirectoryWork>& parent,
                                                               const Entry& entry, Segment* segment);

/// -K: the directory that the link `name` of the destination leads to; nullopt: it leads to none.
[[nodiscard]] Result<std::optional<KeptLink>> find_kept_link(Context& context, DirectoryNode& parent,
                                                             const platform::Directory& directory, NameView name);

/// Compares a directory that exists on both sides, or notes that it was made; keeps what has to be told in the node.
void note_directory(Context& context, DirectoryNode& node, const std::string& path, const std::string& target_path,
                    bool created, Changes changes);

/// Tells what note_directory() kept.
void tell_directory(Context& context, DirectoryNode& node, Segment* segment);

}  // namespace arsync::sync
