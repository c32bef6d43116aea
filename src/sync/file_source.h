#pragma once
// The source of one file: opened once, looked at through the open handle.

#include <atomic>
#include <cstdint>
#include <optional>

#include "platform/attributes.h"
#include "platform/file.h"
#include "sync/context.h"
#include "sync/source_list.h"

namespace arsync::sync {

/// Whose attributes a copy gets.
struct AttributeSource {
    platform::Metadata metadata;
    SourceTarget target;
};

struct OpenSource {
    platform::File file;
    platform::Metadata metadata;
    /// Where the data comes from an alternate tree: the file of the source that it is the same as.
    std::optional<AttributeSource> attributes = std::nullopt;

    /// The file's name in a batch, where it has its ACLs and xattrs; null: the file has them.
    const batch::Node* recorded = nullptr;

    [[nodiscard]] SourceTarget extended() const
    {
        if (attributes) return attributes->target;
        return recorded == nullptr ? SourceTarget(file) : SourceTarget(*recorded);
    }
    /// What the copy shall look like.
    [[nodiscard]] const platform::Metadata& wanted() const { return attributes ? attributes->metadata : metadata; }
    /// Data from an alternate tree is not transferred.
    [[nodiscard]] std::atomic<std::uint64_t>& counter(Progress& progress) const
    {
        return attributes ? progress.bytes_settled : progress.bytes_copied;
    }
};

/// Up to this size a file is read whole before anything is created for it.
inline constexpr std::uint64_t kSmallFile = platform::Copier::kBufferSize - 1;

/// Opens `name` in `directory` and makes sure that it is (still) a regular file. `known`, if any, is what was found by
/// name just before: for a small file, which is read in one call, that is recent enough. Failures are told.
[[nodiscard]] std::optional<OpenSource> open_source(Context& context, Segment* segment,
                                                    const SourceDirectory& directory, const SourceName& name,
                                                    const std::optional<platform::Metadata>& known = std::nullopt);

/// Tells that the file is one whose data would have to be fetched from elsewhere first (--materialize).
void tell_dataless(Context& context, Segment* segment, const SourceName& name);

}  // namespace arsync::sync
