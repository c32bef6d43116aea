#include "sync/directory_work.h"

#include "sync/attributes.h"
#include "sync/file_flags.h"

namespace arsync::sync {
namespace {

/// Both sides' ACLs and xattrs of a directory; nullopt, and told, if they cannot be read.
struct ExtendedPair {
    ExtendedAttributes source;
    ExtendedAttributes present;
};

std::optional<ExtendedPair> read_both(Context& context, DirectoryNode& node, const platform::Directory& destination,
                                      Segment* segment)
{
    if (!node.source_at(0).handle.known()) return std::nullopt;  // could not be opened, as told before
    const auto source_directory = context.handles.with_room([&] { return node.source(0); });
    if (!source_directory) {
        context.fail_source(segment, source_directory.error(), node.source_path(0));
        return std::nullopt;
    }
    auto source = read_extended(context, **source_directory);
    if (!source) {
        context.fail(segment, source.error(), node.source_path(0));
        return std::nullopt;
    }
    auto present = read_extended(context, destination);
    if (!present) {
        context.fail(segment, present.error(), node.destination_path());
        return std::nullopt;
    }
    return ExtendedPair{std::move(*source), std::move(*present)};
}

/// The mode of a new directory whose source's mode is not to be kept: set-group-id comes from the parent, and a default
/// ACL there has already decided, but for the access that its owner was given to work in it.
platform::Mode inherited_mode(const DirectoryNode& node, platform::Mode wanted)
{
    const auto made = node.destination_metadata.mode;
    const bool acl_decided = node.parent() && node.parent()->creation && node.parent()->creation->default_acl;
    if (acl_decided) return static_cast<platform::Mode>(made & ~(0700 & ~node.source_metadata.mode));
    return static_cast<platform::Mode>(wanted | (made & 02000));
}

void finish_directory(Context& context, DirectoryNode& node, Segment* segment)
{
    const bool created = node.state == DestinationState::Created;
    if (context.job.dry_run || (!node.unlocked && (!node.keeps_attributes || context.cancelled))) return;
    if (!created && !node.touched && !node.attributes_differ && !node.unlocked) return;
    const auto destination = context.handles.with_room([&] { return node.destination(); });
    if (!destination) return context.fail(segment, destination.error(), node.destination_path());
    const LazyPath path = [&node] { return node.destination_path(); };
    // Its flags are put back whatever else happens to it.
    if (!node.keeps_attributes || context.cancelled) return relock(context, segment, **destination, node.found, path);

    std::optional<ExtendedPair> extended;
    if (wants_extended(context.job.preservation, platform::FileType::Directory) && (created || node.attributes_differ))
        extended = read_both(context, node, **destination, segment);
    const auto* existing = created ? nullptr : &node.found;
    auto mode = wanted_mode(node.source_metadata, existing, context.compare_policy.attributes, false);
    if (created && !context.job.preservation.mode) mode = inherited_mode(node, mode);
    const bool moved = node.touched || node.source_metadata.modified.seconds != node.found.modified.seconds;
    put_attributes(context, segment,
                   {.target = **destination,
                    .source = node.source_metadata,
                    .present = node.destination_metadata,
                    .mode = mode,
                    .set_times = created || moved,
                    .extended_source = extended ? &extended->source : nullptr,
                    .extended_present = extended ? &extended->present : nullptr},
                   path);
    if (node.unlocked) relock(context, segment, **destination, node.found, path);
    put_flags(context, segment, **destination, node.source_metadata, existing, path);
}

}  // namespace

void release_directory(Context& context, const std::shared_ptr<DirectoryNode>& node, Segment* segment)
{
    for (auto at = node; at && at->release();) {
        finish_directory(context, *at, segment);
        at->remove_opener();
        // A directory that its owner may not enter in the end is finished after all below it.
        if (!at->holds_parent) return;
        at = at->parent();
    }
}

}  // namespace arsync::sync
