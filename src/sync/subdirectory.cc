#include "sync/subdirectory.h"

#include <utility>

#include "platform/attributes.h"
#include "sync/attributes.h"
#include "sync/creation.h"
#include "sync/file_flags.h"
#include "sync/folded_names.h"
#include "sync/temp_name.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using platform::Metadata;
using platform::Mode;

constexpr Mode kOwnerAccess = 0700;

/// One subdirectory on its way from an entry to a node with a place at the destination.
class Preparation {
public:
    Preparation(Context& context, const std::shared_ptr<DirectoryWork>& parent, const Entry& entry, Segment* segment)
        : context_(context), parent_(parent), entry_(entry), segment_(segment)
    {
    }

    std::optional<Subdirectory> run()
    {
        const auto path = joined_path(parent_->path, entry_.name);
        if (!context_.job.selection.recurse) {
            context_.notice(segment_, NoticeKind::SkippedDirectory, path, FileType::Directory);
            return std::nullopt;
        }
        if (!look_at_source() || leads_to_root_again(path) || !look_at_destination()) return std::nullopt;
        const auto decision = compare(source_, present_ ? &*present_ : nullptr, context_.compare_policy,
                                      context_.may_set_group(source_.group), SameValue::Yes);
        if (decision.verdict == Verdict::SkipMissing) {
            if (context_.wants_skips) context_.notice(segment_, NoticeKind::NotCreated, path, FileType::Directory);
            return std::nullopt;
        }
        if (decision.verdict == Verdict::SkipExists) {
            context_.fail_message(segment_, "kept what exists instead of a directory, its contents are skipped: \"" +
                                                destination_path() + "\"");
            return std::nullopt;
        }
        if (leaves_out_mount_point()) return std::nullopt;

        node_ = DirectoryNode::make_child(parent_->node, entry_.name, entry_.target(), entry_.sources());
        node_->source_metadata = source_;
        node_->keeps_attributes = true;
        auto changes = decision.changes;
        if (decision.verdict == Verdict::Create) {
            if (!make()) return std::nullopt;
        } else {
            node_->destination_metadata = node_->found = *present_;
            if (!add_extended(changes)) return std::nullopt;
            node_->attributes_differ = !changes.none();
        }
        note_directory(context_, *node_, path, decision.verdict == Verdict::Create, changes);
        hold_parent();
        return Subdirectory{node_, parent_->source_filters, parent_->destination_filters, segment_};
    }

private:
    const platform::Directory& source_directory() const { return *parent_->sources[entry_.source]; }

    SourceName source_name() const { return {*parent_->node, entry_.source, entry_.name}; }

    std::string destination_path() const { return joined_path(parent_->node->destination_path(), entry_.target()); }

    bool look_at_source()
    {
        const auto facts = source_directory().stat(entry_.name);
        if (!facts) {
            context_.fail_source(segment_, facts.error(), source_name().absolute());
            return false;
        }
        if (facts->type != FileType::Directory) {
            context_.fail_message(segment_, "source is no longer a directory: \"" + source_name().absolute() + "\"");
            return false;
        }
        source_ = *facts;
        return true;
    }

    bool look_at_destination()
    {
        if (parent_->node->state != DestinationState::Existed) return true;
        const auto facts = parent_->destination->stat(entry_.target());
        if (facts) {
            present_ = *facts;
            if (!parent_->node->names_fold) return true;
            const auto other =
                parent_->stored_names.collision(*parent_->destination, entry_.target(), *facts, parent_->list);
            return !other || collided(*other);
        }
        if (facts.error().is(std::errc::no_such_file_or_directory)) return true;
        context_.fail(segment_, facts.error(), destination_path());
        return false;
    }

    bool collided(const std::string& other)
    {
        context_.fail_message(segment_, collision_message(parent_->node->destination_path(), entry_.target(), other));
        return false;
    }

    bool leads_to_root_again(const std::string& path)
    {
        if (!context_.second_way || source_.identity != *context_.second_way) return false;
        context_.notice(segment_, NoticeKind::SecondWay, path, FileType::Directory);
        return true;
    }

    /// -xx leaves out the mount points themselves, -x only what is below.
    bool leaves_out_mount_point() const
    {
        const auto device = parent_->node->source_at(entry_.source).device;
        return context_.job.selection.one_file_system > 1 && device != 0 && source_.identity.device != device;
    }

    /// Makes the directory, open to its owner until it is finished. What is no directory makes way.
    bool make()
    {
        node_->state = context_.job.dry_run ? DestinationState::Absent : DestinationState::Created;
        context_.progress->created.add(FileType::Directory);
        if (context_.job.dry_run) return true;
        const auto& directory = *parent_->destination;
        const bool default_acl =
            !context_.job.preservation.mode && expected_creation(context_, *parent_->node, directory).default_acl;
        const auto mode = wanted_mode(source_, nullptr, context_.compare_policy.attributes, default_acl);
        const bool own =
            !context_.process.privileged || !context_.job.preservation.user || source_.user == context_.process.user;
        const Mode initial = own ? static_cast<Mode>((mode & 0777) | kOwnerAccess) : kOwnerAccess;
        const auto made =
            present_ ? replace_by_directory(directory, initial) : directory.make_directory(entry_.target(), initial);
        parent_->node->touched = true;
        if (made) return true;
        if (!made.error().is(std::errc::file_exists)) return told(made.error());
        if (parent_->node->names_fold) {
            const auto spelling = spelled_as(directory, entry_.target());
            if (!spelling || *spelling != entry_.target().view()) return collided(spelling.value_or(kUnknownName));
        }
        // Somebody made it meanwhile: it is one that existed.
        const auto facts = directory.stat(entry_.target());
        if (!facts || facts->type != FileType::Directory) return told(made.error());
        node_->state = DestinationState::Existed;
        node_->destination_metadata = node_->found = *facts;
        node_->attributes_differ = true;
        return true;
    }

    /// The directory is made under another name first: on a full disk the old file stays.
    Status replace_by_directory(const platform::Directory& directory, Mode mode) const
    {
        const auto temporary = temporary_name(entry_.target());
        if (const auto made = directory.make_directory(temporary, mode); !made) return made;
        const UnlockedName unlocked(context_, directory, entry_.target(), *present_);
        auto done = directory.unlink(entry_.target());
        done ? unlocked.gone() : unlocked.kept();
        if (done) done = directory.rename(temporary, entry_.target());
        if (!done) static_cast<void>(directory.remove_directory(temporary));
        return done;
    }

    bool told(const Error& error)
    {
        context_.fail(segment_, error, destination_path());
        return false;
    }

    bool add_extended(Changes& changes)
    {
        if (!wants_extended(context_.job.preservation, FileType::Directory)) return true;
        const auto source = read_extended(context_, {source_directory(), entry_.name});
        if (!source) {
            context_.fail_source(segment_, source.error(), source_name().absolute());
            return false;
        }
        const auto present = read_extended(context_, {*parent_->destination, entry_.target()});
        if (!present) return told(present.error());
        add_extended_changes(*source, *present, context_.job.preservation, changes);
        return true;
    }

    /// An ordinary user could not reach what is below a directory whose final mode shuts out its owner.
    void hold_parent()
    {
        auto& parent = *parent_->node;
        parent.add_opener();
        if (context_.process.privileged || !parent.keeps_attributes) return;
        const auto mode = wanted_mode(parent.source_metadata, &parent.found, context_.compare_policy.attributes, false);
        // What is below a child needs the way through the parent as well.
        if (!parent.holds_parent && (mode & kOwnerAccess) == kOwnerAccess) return;
        parent.retain();
        node_->holds_parent = true;
    }

    Context& context_;
    const std::shared_ptr<DirectoryWork>& parent_;
    const Entry& entry_;
    Segment* segment_;
    Metadata source_;
    std::optional<Metadata> present_;
    std::shared_ptr<DirectoryNode> node_;
};

/// Opens source `index`; leaves its place empty, and tells, if it cannot be opened or must not be entered.
void open_source_directory(Context& context, DirectoryWork& work, std::size_t index, Segment* segment)
{
    auto& node = *work.node;
    auto& source = node.source_at(index);
    auto opened = context.handles.with_room([&]() -> Result<platform::Directory> {
        const auto above = node.parent()->source(source.parent_index);
        if (!above) return std::unexpected(above.error());
        return (*above)->open_directory(*node.name());
    });
    work.sources.emplace_back();
    const auto facts = opened ? opened->stat() : std::unexpected(opened.error());
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
    source.device = node.parent()->source_at(source.parent_index).device;
    if (source.device == 0) source.device = identity.device;  // an operand begins here
    work.sources.back() = std::make_shared<const platform::Directory>(std::move(*opened));
    source.handle.hold(work.sources.back(), identity);
}

/// A default ACL above may have shut its owner out of a directory that was just made.
Status open_up_new(const Context& context, const platform::Directory& directory, Metadata& metadata)
{
    if (context.process.privileged || (metadata.mode & kOwnerAccess) == kOwnerAccess) return {};
    metadata.mode = static_cast<Mode>(metadata.mode | kOwnerAccess);
    return platform::set_mode(directory, metadata.mode);
}

/// Without -g what is created in a directory gets its group by the directory's set-group-id bit, which therefore has to
/// be right before anything is. A failure shows when the directory is finished.
void set_group_inheritance(const Context& context, DirectoryNode& node, const platform::Directory& directory)
{
    constexpr Mode kSetGroupId = 02000;
    const auto& wanted = context.job.preservation;
    auto& present = node.destination_metadata.mode;
    if (context.job.dry_run || !wanted.mode || wanted.group) return;
    if (((present ^ node.source_metadata.mode) & kSetGroupId) == 0) return;
    const auto mode = static_cast<Mode>((present & ~kSetGroupId) | (node.source_metadata.mode & kSetGroupId));
    if (!platform::set_mode(directory, mode)) return;
    present = mode;
    node.attributes_differ = true;
}

bool open_destination(Context& context, DirectoryWork& work, Segment* segment)
{
    auto& node = *work.node;
    if (node.state == DestinationState::Absent) return true;
    const auto& name = node.destination_name() ? *node.destination_name() : *node.name();
    auto opened = context.handles.with_room([&]() -> Result<platform::Directory> {
        const auto above = node.parent()->destination();
        if (!above) return std::unexpected(above.error());
        if (node.state == DestinationState::Existed && !node.unlocked)
            node.unlocked = unlock(context, {**above, name}, node.found);
        // An ordinary user opens up what he may not use himself; finishing puts the mode right.
        if (!context.process.privileged && node.state == DestinationState::Existed && !context.job.dry_run &&
            (node.destination_metadata.mode & kOwnerAccess) != kOwnerAccess) {
            const auto mode = static_cast<Mode>(node.destination_metadata.mode | kOwnerAccess);
            if (platform::set_mode({**above, name}, mode)) {
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

std::optional<Subdirectory> prepare_subdirectory(Context& context, const std::shared_ptr<DirectoryWork>& parent,
                                                 const Entry& entry, Segment* segment)
{
    auto prepared = Preparation(context, parent, entry, segment).run();
    if (!prepared) context.sequencer.close(segment);
    return prepared;
}

void open_sources(Context& context, DirectoryWork& work, Segment* segment)
{
    for (std::size_t i = 0; i < work.node->source_count(); ++i) open_source_directory(context, work, i, segment);
}

bool open_subdirectory(Context& context, const Subdirectory& subdirectory, DirectoryWork& work)
{
    Segment* segment = subdirectory.segment;
    auto& node = *work.node;
    work.path = node.path();
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
    std::vector<const platform::Directory*> sources;
    for (const auto& source : work.sources) {
        if (source) sources.push_back(source.get());
    }
    auto source_filters = enter_filters(context, subdirectory.source_filters, work.path, sources, segment);
    if (!source_filters) return false;
    work.source_filters = std::move(*source_filters);
    auto destination_filters = std::optional(subdirectory.destination_filters);
    if (work.destination && context.job.deletion.moment != DeleteMoment::Never)
        destination_filters =
            enter_filters(context, subdirectory.destination_filters, work.path, {work.destination.get()}, segment);
    if (!destination_filters) return false;
    work.destination_filters = std::move(*destination_filters);
    return true;
}

void note_directory(Context& context, DirectoryNode& node, const std::string& path, bool created, Changes changes)
{
    const bool untouched = !created && changes.none();
    if (!context.wants_items || (untouched && !context.wants_unchanged)) return;
    node.item = ItemEvent{.update = created ? Update::LocalChange : Update::None,
                          .changes = changes,
                          .path = path,
                          .link_target = {},
                          .metadata = node.source_metadata,
                          .bytes_copied = 0,
                          .group = nullptr,
                          .was_there = !created,
                          .untouched = untouched};
}

void tell_directory(Context& context, DirectoryNode& node, Segment* segment)
{
    if (!node.item) return;
    context.sequencer.add(segment, std::move(*node.item));
    node.item.reset();
}

bool leaves_file_system(const Context& context, DirectoryNode& node, std::size_t index)
{
    if (context.job.selection.one_file_system == 0) return false;
    auto& source = node.source_at(index);
    return source.handle.identity().device != source.device;
}

}  // namespace arsync::sync
