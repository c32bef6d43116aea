#pragma once
// A subdirectory before and while it is opened.

#include <memory>
#include <optional>

#include "sync/context.h"
#include "sync/directory_work.h"

namespace arsync::sync {

/// What waits for a worker: the node, what is in force above it, and its place in the output.
struct Subdirectory {
    std::shared_ptr<DirectoryNode> node;
    Filters source_filters;
    Filters destination_filters;
    Segment* segment = nullptr;
};

/// Compares the directory entry with the destination and makes it there if need be. nullopt, with the segment closed,
/// if nothing is to be done inside.
[[nodiscard]] std::optional<Subdirectory> prepare_subdirectory(Context& context,
                                                               const std::shared_ptr<DirectoryWork>& parent,
                                                               const Entry& entry, Segment* segment);

/// Opens the sources of `work.node`; one that cannot be opened leaves its place empty (told).
void open_sources(Context& context, DirectoryWork& work, Segment* segment);

/// Opens both sides and fills `work`. A source that cannot be opened leaves its place empty (told); false if the
/// destination cannot be opened or nothing may be done inside.
[[nodiscard]] bool open_subdirectory(Context& context, const Subdirectory& subdirectory, DirectoryWork& work);

/// Compares a directory that exists on both sides, or notes that it was made; keeps what has to be told in the node.
void note_directory(Context& context, DirectoryNode& node, const std::string& path, bool created, Changes changes);

/// Tells what note_directory() kept.
void tell_directory(Context& context, DirectoryNode& node, Segment* segment);

/// With -x: whether source `index` of `node` is on another file system than where its operand began.
[[nodiscard]] bool leaves_file_system(const Context& context, DirectoryNode& node, std::size_t index);

}  // namespace arsync::sync
