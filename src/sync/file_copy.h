#pragma once
// Bringing a regular file of the destination up to date: file_content.h knows what is written, this knows where (under
// the final name, under a temporary one, over the old file, in a directory beside) and how it is finished.

#include <optional>

#include "sync/context.h"
#include "sync/file_source.h"
#include "sync/placement.h"
#include "sync/scheduler.h"

namespace arsync::sync {

struct Copied {
    std::uint64_t bytes = 0;
    bool waits = false;     // in the partial directory, to be put into place at the end (--delay-updates)
    bool mismatch = false;  // --append-verify: what was there is not the source's; the time was not set
};

/// Copies data and attributes to `place`. nullopt on failure (told; the old file is kept, but for --inplace).
[[nodiscard]] std::optional<Copied> copy_file(Context& context, Worker& worker, OpenSource& source,
                                              const SourceName& name, const Place& place);

}  // namespace arsync::sync
