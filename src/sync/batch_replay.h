#pragma once
// --read-batch: what is done otherwise where the source is a batch; source_directory.h hides the rest.

#include "batch/reader.h"
#include "sync/context.h"
#include "sync/directory_task.h"
#include "sync/directory_work.h"
#include "sync/entry_state.h"
#include "sync/operands.h"

namespace arsync::sync {

/// As read_operands(): the only source is the root of the batch, with names below it that were chosen when it was
/// written. Tells if the batch is damaged.
void read_batch_operands(Context& context, const batch::Reader& batch, Root& root, Segment* segment,
                         Operands& operands);

/// Adds the names that the user gave for this directory of the batch and that did not exist.
void collect_missing(const batch::Node& directory, DirectoryWork& work);

/// Whether nothing was done about a name when the batch was written.
[[nodiscard]] bool is_left_out(const DirectoryWork& work, const Entry& entry);

/// With -c, of a file of which the batch has no data since it was the same then: whether the same name in `other` still
/// has that content.
[[nodiscard]] bool is_as_recorded(EntryState& state, Worker& worker, const batch::Node& recorded,
                                  const platform::Directory& other);

/// Why the data of a file could not be had from the batch.
void tell_not_in_batch(Context& context, Segment* segment, const SourceName& name, const Error& error);

/// Of data that the batch has and the destination does not want rsync says so, whatever else is told.
void tell_not_taken(EntryState& state, Segment* segment, Updated updated);

}  // namespace arsync::sync
