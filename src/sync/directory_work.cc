#include "sync/directory_work.h"

#include <algorithm>
#include <utility>

#include "sync/attributes.h"
#include "sync/batch_replay.h"
#include "sync/file_flags.h"
#include "sync/selection.h"
#include "sync/xattr_rules.h"

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
    if (!node.source_at(node.attribute_source).handle.known())
        return std::nullopt;  // could not be opened, as told before
    const auto source_directory = context.handles.with_room([&] { return node.source(node.attribute_source); });
    if (!source_directory) {
        context.fail_source(segment, source_directory.error(), node.source_path(node.attribute_source));
        return std::nullopt;
    }
    auto source = read_source_extended(context, node.parent().get(), **source_directory, node.source_metadata);
    if (!source) {
        context.fail(segment, source.error(), node.source_path(node.attribute_source));
        return std::nullopt;
    }
    auto present = read_destination_extended(context, destination);
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
    if (node.default_acl_decided) return static_cast<platform::Mode>(made & (node.source_metadata.mode | ~0777U));
    const bool acl_decided = node.parent() && node.parent()->creation && node.parent()->creation->default_acl;
    if (acl_decided) return static_cast<platform::Mode>(made & ~(0700 & ~node.source_metadata.mode));
    return static_cast<platform::Mode>(wanted | (made & 02000));
}

/// What the directory's time is, or is to be.
void note_time(Context& context, DirectoryNode& node)
{
    if (!node.keeps_attributes || !keeps_times(context.job.preservation, platform::FileType::Directory)) return;
    const bool kept =
        node.state == DestinationState::Existed && !node.touched &&
        same_time(node.source_metadata.modified, node.found.modified, context.job.comparison.modify_window);
    context.sides.finished(node.destination_handle().identity(),
                           kept ? node.found.modified : node.source_metadata.modified);
}

void finish_directory(Context& context, DirectoryNode& node, Segment* segment)
{
    const bool created = node.state == DestinationState::Created;
    const bool existed = node.state == DestinationState::Existed;
    const bool opened_up =
        existed && !context.job.rights.fake_destination && node.destination_metadata.mode != node.found.mode;
    if (context.job.dry_run || (!node.unlocked && !opened_up && (!node.keeps_attributes || context.cancelled))) return;
    note_time(context, node);
    if (!created && !node.touched && !node.attributes_differ && !node.unlocked) return;
    const auto destination = context.handles.with_room([&] { return node.destination(); });
    if (!destination) return context.fail(segment, destination.error(), node.destination_path());
    const LazyPath path = [&node] { return node.destination_path(); };
    // Its flags, and the access that its owner was given to work in it, are put back whatever else happens to it.
    if (!node.keeps_attributes || context.cancelled) {
        if (opened_up) {
            const auto done = platform::set_mode(**destination, node.found.mode);
            if (!done) context.fail(segment, done.error(), node.destination_path());
        }
        if (node.unlocked) relock(context, segment, **destination, node.found, path);
        return;
    }

    std::optional<ExtendedPair> extended;
    if (wants_extended(context.job.preservation, platform::FileType::Directory) && (created || node.attributes_differ))
        extended = read_both(context, node, **destination, segment);
    const auto* existing = created ? nullptr : &node.found;
    auto mode = wanted_mode(node.source_metadata, existing, context.compare_policy.attributes, false);
    if (created && !context.job.preservation.mode) mode = inherited_mode(node, mode);
    // Setting xattrs, rsync sets the whole time as well.
    const bool xattrs_differ = extended && extended->source.xattrs != extended->present.xattrs;
    const bool moved =
        node.touched || xattrs_differ ||
        !same_time(node.source_metadata.modified, node.found.modified, context.job.comparison.modify_window);
    put_attributes(context, segment,
                   {.target = **destination,
                    .source = node.source_metadata,
                    .present = node.destination_metadata,
                    .mode = mode,
                    .is_new = created,
                    .set_times = created || moved,
                    .extended_source = extended ? &extended->source : nullptr,
                    .extended_present = extended ? &extended->present : nullptr},
                   path);
    if (node.unlocked) relock(context, segment, **destination, node.found, path);
    put_flags(context, segment, **destination, node.source_metadata, existing, path);
}

}  // namespace

void make_room(DirectoryWork& work)
{
    if (!work.list.cut()) return;
    work.list = SourceList();
    work.listed_later = true;
}

std::optional<Remainder> remainder_of(const DirectoryWork& work)
{
    if (!work.list.cut() && !work.listed_later) return std::nullopt;
    auto rest = std::make_shared<DirectoryWork>();
    rest->node = work.node;
    rest->path = work.path;
    rest->source_filters = work.source_filters;
    rest->destination_filters = work.destination_filters;
    rest->sources = work.sources;
    rest->destination = work.destination;
    rest->similar_names = work.similar_names;
    return Remainder{std::move(rest), work.list.cut()};
}

void collect_missing(DirectoryWork& work)
{
    for (std::size_t i = 0; i < work.node->source_count(); ++i) {
        if (const auto* recorded = work.node->source_at(i).recorded) collect_missing(*recorded, work);
        const auto* selected = work.node->source_at(i).selected;
        if (selected == nullptr) continue;
        for (const auto& name : selected->missing) {
            if (auto valid = Name::make(name)) work.missing.push_back({std::move(*valid), std::nullopt});
        }
    }
    if (work.missing.empty()) return;
    std::ranges::sort(work.missing, {}, [](const MissingName& missing) { return missing.name.str(); });
    const auto [first, last] =
        std::ranges::unique(work.missing, {}, [](const MissingName& missing) { return missing.name.str(); });
    work.missing.erase(first, last);
    std::erase_if(work.missing, [&](const MissingName& missing) { return work.list.contains(missing.name); });
}

std::string shown_path(const DirectoryWork& work, const Entry& entry)
{
    auto& node = *work.node;
    const bool absolute = node.parent() ? node.absolute : node.source_at(entry.source).absolute;
    const auto path = joined_path(work.path, entry.name);
    return absolute ? "/" + path : path;
}

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
