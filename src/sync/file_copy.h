#pragma once
// Bringing a regular file of the destination up to date.

#include <optional>

#include "sync/attributes.h"
#include "sync/context.h"
#include "sync/placement.h"
#include "sync/scheduler.h"

namespace arsync::sync {

/// The source of one file: opened once, looked at through the open handle.
struct OpenSource {
    platform::File file;
    platform::Metadata metadata;
};

/// Opens `name` in `directory` and makes sure that it is (still) a regular file. `known`, if any, is what was found by
/// name just before: for a small file, which is read in one call, that is recent enough. Failures are told.
[[nodiscard]] std::optional<OpenSource> open_source(Context& context, Segment* segment,
                                                    const platform::Directory& directory, const SourceName& name,
                                                    const std::optional<platform::Metadata>& known = std::nullopt);

/// Tells that the file is one whose data would have to be fetched from elsewhere first (--materialize).
void tell_dataless(Context& context, Segment* segment, const SourceName& name);

/// Up to this size a file is read whole before anything is created for it.
inline constexpr std::uint64_t kSmallFile = platform::Copier::kBufferSize - 1;

/// Copies data and attributes to `place`. Returns the bytes copied, nullopt on failure (told; the old file is kept,
/// but for --inplace).
[[nodiscard]] std::optional<std::uint64_t> copy_file(Context& context, Worker& worker, OpenSource& source,
                                                     const SourceName& name, const Place& place);

}  // namespace arsync::sync
