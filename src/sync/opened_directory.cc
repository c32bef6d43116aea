#include "sync/opened_directory.h"

#include <utility>

#include "platform/attributes.h"
#include "platform/held_name.h"
#include "sync/attributes.h"
#include "sync/file_flags.h"
#include "sync/folded_names.h"
#include "sync/kept_links.h"
#include "sync/selection.h"
#include "sync/source_facts.h"
#include "sync/source_links.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using platform::kOwnerAccess;
using platform::Metadata;
using platform::Mode;

/// One subdirectory on its way from an entry to a node with a place at the destination.

/// Opens source `index`; leaves its place empty, and tells, if it cannot be opened or must not be entered.
void open_source_directory(Context& context, DirectoryWork& work, std::size_t index, Segment* segment)
{
    auto& node = *work.node;
    auto& source = node.source_at(index);
    auto opened = context.handles.with_room([&]() -> Result<OpenedDirectory> {
        const auto above = node.parent()->source(source.parent_index);
        if (!above) return std::unexpected(above.error());
        if (source.selected != nullptr && source.selected->link) {
            auto followed = open_passed_link(context.job, *(*above)->on_disk(), *node.name());
            if (!followed) return std::unexpected(followed.error());
            return OpenedDirectory{SourceDirectory(std::move(*followed)), true};
        }
        return open_shown_directory(context, *node.parent(), **above, *node.name());
    });
    work.sources.emplace_back();
    const auto facts = opened ? source_facts(context, opened->directory) : std::unexpected(opened.error());
    if (!facts) {
        const bool gone = facts.error().is(std::errc::no_such_file_or_directory);
        work.incomplete = true;
        work.gone = work.gone || gone;
        if (!gone) context.doubt();
        if (!context.surveying) context.fail_source(segment, facts.error(), node.source_path(index));
        return;
    }
    const auto identity = facts->identity;
    if (identity == context.destination_root) {
        work.gone = work.incomplete = true;
        if (!context.surveying)
            context.fail_message(segment, "destination is inside the source and is not copied into itself: \"" +
                                              node.source_path(index) + "\"");
        return;
    }
    const bool other = opened->followed && index == 0 && !context.surveying &&
                       identity != node.source_metadata.identity;  // than was looked at
    if (other || leads_back(context, *node.parent(), source.parent_index, identity)) {
        work.gone = work.incomplete = true;
        context.doubt();
        if (!context.surveying)
            context.fail_message(segment,
                                 "symlink leads to another directory now: \"" + node.source_path(index) + "\"");
        return;
    }
    source.followed = opened->followed;
    source.device = node.parent()->source_at(source.parent_index).device;
    const bool operand_below = source.selected != nullptr && source.selected->implied;
    if (source.device == 0 && !operand_below) source.device = identity.device;  // an operand begins here
    work.sources.back() = std::make_shared<const SourceDirectory>(std::move(opened->directory));
    source.handle.hold(work.sources.back(), identity);
}

/// A default ACL above may have shut its owner out of a directory that was just made.
Status open_up_new(const Context& context, const platform::Directory& directory, Metadata& metadata)
{
    if (context.process.privileged || (metadata.mode & kOwnerAccess) == kOwnerAccess) return {};
    metadata.mode = static_cast<Mode>(metadata.mode | kOwnerAccess);
    return platform::set_mode(directory, metadata.mode);
}

/// Takes the access back that the owner was given to a directory that could not be opened all the same.
void close_again(Context& context, DirectoryNode& node, NameView name)
{
    if (node.state != DestinationState::Existed || node.destination_metadata.mode == node.found.mode) return;
    if (context.job.rights.fake_destination || node.kept_place()) return;
    const auto above = node.parent()->destination();
    if (!above) return;
    const auto held =
        context.handles.with_room([&] { return platform::HeldName::hold(**above, name, node.found.identity); });
    if (held && platform::set_mode(held->target(), node.found.mode)) node.destination_metadata.mode = node.found.mode;
}

/// Opens what a kept link was found to lead to. ENOENT if it is another directory meanwhile.
Result<platform::Directory> open_kept(DirectoryNode& node)
{
    const auto root = node.root().destination();
    if (!root) return std::unexpected(root.error());
    auto opened = open_place(**root, *node.kept_place());
    if (!opened) return opened;
    const auto facts = opened->stat();
    if (!facts) return std::unexpected(facts.error());
    if (facts->identity != node.destination_metadata.identity)
        return fail(Operation::Open, std::errc::no_such_file_or_directory);
    return opened;
}

bool open_destination(Context& context, DirectoryWork& work, Segment* segment)
{
    auto& node = *work.node;
    if (node.state == DestinationState::Absent) return true;
    const auto& name = node.destination_name() ? *node.destination_name() : *node.name();
    auto opened = context.handles.with_room([&]() -> Result<platform::Directory> {
        const auto above = node.parent()->destination();
        if (!above) return std::unexpected(above.error());
        if (node.kept_place()) return open_kept(node);
        if (node.state == DestinationState::Existed && !node.unlocked)
            node.unlocked = unlock(context, {**above, name}, node.found);
        // An ordinary user opens up what he may not use himself; finishing puts the mode right.
        if (!context.process.privileged && node.state == DestinationState::Existed && !context.job.dry_run &&
            (node.destination_metadata.mode & kOwnerAccess) != kOwnerAccess) {
            const auto mode = static_cast<Mode>(node.destination_metadata.mode | kOwnerAccess);
            const auto held = platform::HeldName::hold(**above, name, node.destination_metadata.identity);
            if (held && platform::set_mode(held->target(), mode)) {
                node.destination_metadata.mode = mode;
                node.attributes_differ = true;
            }
        }
        return (*above)->open_directory(name);
    });
    if (opened) {
        const auto facts = opened->stat();
        if (!facts) {
            context.fail(segment, facts.error(), node.destination_path());
            return false;
        }
        node.destination_metadata = *facts;
        node.names_fold = names_fold(*opened, node);
    }
    if (opened && node.state == DestinationState::Created) {
        const auto done = open_up_new(context, *opened, node.destination_metadata);
        if (!done) context.fail(segment, done.error(), node.destination_path());
    }
    if (!opened) {
        context.fail(segment, opened.error(), node.destination_path());
        close_again(context, node, name);
        return false;
    }
    set_group_inheritance(context, node, *opened);
    work.destination = std::make_shared<const platform::Directory>(std::move(*opened));
    node.destination_handle().hold(work.destination, node.destination_metadata.identity);
    return true;
}

bool is_same_directory(const DirectoryNode& node)
{
    return node.state == DestinationState::Existed &&
           node.destination_metadata.identity == node.source_metadata.identity;
}

}  // namespace

void set_group_inheritance(const Context& context, DirectoryNode& node, const platform::Directory& directory)
{
    constexpr Mode kSetGroupId = 02000;
    const auto& wanted = context.job.preservation;
    auto& present = node.destination_metadata.mode;
    if (context.job.dry_run || !node.keeps_attributes || !wanted.mode || wanted.group ||
        context.job.rights.fake_destination)
        return;
    if (((present ^ node.source_metadata.mode) & kSetGroupId) == 0) return;
    const auto mode = static_cast<Mode>((present & ~kSetGroupId) | (node.source_metadata.mode & kSetGroupId));
    if (!platform::set_mode(directory, mode)) return;
    present = mode;
    node.attributes_differ = true;
}

void open_sources(Context& context, DirectoryWork& work, Segment* segment)
{
    const bool extended = wants_extended(context.job.preservation, FileType::Directory);
    for (std::size_t i = 0; i < work.node->source_count(); ++i) {
        const auto& source = work.node->source_at(i);
        if (source.contents || source.selected != nullptr || source.recorded != nullptr ||
            (extended && !context.surveying)) {
            open_source_directory(context, work, i, segment);
        } else {
            work.sources.emplace_back();  // only the directory itself is wanted
        }
    }
}

bool enter_source_filters(Context& context, DirectoryWork& work, const Filters& above, Segment* segment)
{
    std::vector<const platform::Directory*> open;
    for (const auto& source : work.sources) {
        if (source && source->on_disk() != nullptr) open.push_back(source->on_disk());
    }
    auto inside = enter_filters(context, above, work.path, open, segment);
    if (!inside) return false;
    work.source_filters = std::move(*inside);
    work.node->source_rules = work.source_filters;
    return true;
}

bool list_open_sources(Context& context, DirectoryWork& work, Segment* segment)
{
    auto& node = *work.node;
    bool gives_contents = false;
    limit_list(context, work);
    for (std::size_t i = 0; i < node.source_count(); ++i) {
        if (!work.sources[i] || leaves_file_system(context, node, i)) continue;
        const bool complete = list_source(context, node, i, work.path, *work.source_filters, segment, work.list);
        work.incomplete = work.incomplete || !complete;
        gives_contents = gives_contents || node.source_at(i).contents;
    }
    work.list.finish();
    return gives_contents;
}

void limit_list(Context& context, DirectoryWork& work, std::optional<ListPlace> after)
{
    auto& node = *work.node;
    if (node.source_count() != 1 || node.names_fold || context.job.links.follow() || context.wants_rules) return;
    const auto& source = node.source_at(0);
    if (source.contents && source.selected == nullptr && source.recorded == nullptr)
        work.list.limit(context.name_memory, std::move(after));
}

void list_remainder(Context& context, const Remainder& rest, Segment* segment)
{
    auto& work = *rest.work;
    limit_list(context, work, rest.after);
    work.incomplete = !list_source(context, *work.node, 0, work.path, *work.source_filters, segment, work.list);
    work.list.finish();
}

bool open_subdirectory(Context& context, const Subdirectory& subdirectory, DirectoryWork& work)
{
    Segment* segment = subdirectory.segment;
    auto& node = *work.node;
    work.path = subdirectory.path;
    if (is_same_directory(node)) {
        context.fail_message(segment, "source and destination are the same directory: \"" + node.source_path(0) + "\"");
        node.keeps_attributes = false;
        return false;
    }
    open_sources(context, work, segment);
    if (!open_destination(context, work, segment)) {
        node.keeps_attributes = false;
        return false;
    }
    if (!enter_source_filters(context, work, subdirectory.source_filters, segment)) return false;
    auto destination_filters = std::optional(subdirectory.destination_filters);
    if (work.destination && context.job.deletion.moment != DeleteMoment::Never)
        destination_filters =
            enter_filters(context, subdirectory.destination_filters, work.path, {work.destination.get()}, segment);
    if (!destination_filters) return false;
    work.destination_filters = std::move(*destination_filters);
    return true;
}

bool leaves_file_system(const Context& context, DirectoryNode& node, std::size_t index)
{
    if (context.job.selection.one_file_system == 0) return false;
    auto& source = node.source_at(index);
    return source.device != 0 && source.handle.identity().device != source.device;
}

}  // namespace arsync::sync
