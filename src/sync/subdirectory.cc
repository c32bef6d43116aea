#include "sync/subdirectory.h"

#include <utility>

#include "platform/attributes.h"
#include "platform/held_name.h"
#include "sync/alternates.h"
#include "sync/attributes.h"
#include "sync/backup.h"
#include "sync/batch_recorder.h"
#include "sync/batch_replay.h"
#include "sync/creation.h"
#include "sync/destination_facts.h"
#include "sync/file_flags.h"
#include "sync/folded_names.h"
#include "sync/selection.h"
#include "sync/source_facts.h"
#include "sync/source_links.h"
#include "sync/temp_name.h"
#include "sync/xattr_rules.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using platform::kOwnerAccess;
using platform::Metadata;
using platform::Mode;

/// One subdirectory on its way from an entry to a node with a place at the destination.
class Preparation {
public:
    Preparation(Context& context, const std::shared_ptr<DirectoryWork>& parent, const Entry& entry, Segment* segment)
        : context_(context), parent_(parent), entry_(entry), segment_(segment)
    {
    }

    std::optional<Subdirectory> run()
    {
        const auto path = shown_path(*parent_, entry_);
        if (!look_at_source() || leads_to_root_again(path) || leads_back_up() || !look_at_destination())
            return std::nullopt;
        if (!context_.job.selection.implied && is_implied(*parent_->node, entry_)) return pass_through();
        const auto decision = compare(source_, present_ ? &*present_ : nullptr, context_.compare_policy,
                                      context_.may_set_group(source_.group), SameValue::Yes);
        if (decision.verdict == Verdict::SkipMissing) {
            if (context_.wants_skips)
                context_.notice(segment_, NoticeKind::NotCreated, target_path(), FileType::Directory);
            return std::nullopt;
        }
        if (decision.verdict == Verdict::SkipExists) {
            context_.fail_message(segment_, "kept what exists instead of a directory, its contents are skipped: \"" +
                                                destination_path() + "\"");
            return std::nullopt;
        }
        if (leaves_out_mount_point()) return std::nullopt;

        if (present_ && present_->type == FileType::Directory) context_.links.note_old_directory();
        node_ = make_child_node(context_, parent_->node, entry_);
        node_->source_metadata = source_;
        node_->keeps_attributes = true;
        auto changes = decision.changes;
        if (decision.verdict == Verdict::Create) {
            const auto found = changes_from_alternate(context_, *parent_->node, entry_.target(), source_,
                                                      {source_directory(), entry_.name});
            changes = found.value_or(changes);
            if (!make(!found)) return std::nullopt;
        } else {
            node_->destination_metadata = node_->found = *present_;
            if (!add_extended(changes)) return std::nullopt;
            node_->attributes_differ = !changes.none();
            if (kept_) node_->set_kept_place(kept_->place);
        }
        note_directory(context_, *node_, path, target_path(), decision.verdict == Verdict::Create, changes);
        hold_parent();
        return Subdirectory{node_, joined_path(parent_->path, entry_.name), parent_->source_filters,
                            parent_->destination_filters, segment_};
    }

private:
    const SourceDirectory& source_directory() const { return *parent_->sources[entry_.source]; }

    SourceName source_name() const { return {*parent_->node, entry_.source, entry_.name}; }

    std::string destination_path() const { return joined_path(parent_->node->destination_path(), entry_.target()); }
    std::string target_path() const { return joined_path(parent_->path, entry_.target()); }

    /// --no-implied-dirs: a directory on the way to a name is used as it is, or made, without a word.
    std::optional<Subdirectory> pass_through()
    {
        node_ = make_child_node(context_, parent_->node, entry_);
        node_->source_metadata = source_;
        if (!present_) {
            if (context_.job.selection.existing_only) return std::nullopt;
            node_->state = context_.job.dry_run ? DestinationState::Absent : DestinationState::Created;
            if (!context_.job.dry_run) {
                const bool acl = expected_creation(context_, *parent_->node, *parent_->destination).default_acl;
                const auto mode = static_cast<Mode>(acl ? 0777 : 0777 & ~context_.process.umask);
                parent_->node->touched = true;
                const auto made = parent_->destination->make_directory(entry_.target(), mode);
                if (!made && !told(made.error())) return std::nullopt;
            }
        } else {
            if (present_->type == FileType::Symlink && !keep_link()) return std::nullopt;
            if (present_->type != FileType::Directory) {
                told({Operation::Open, static_cast<int>(std::errc::not_a_directory)});
                return std::nullopt;
            }
            context_.links.note_old_directory();
            node_->destination_metadata = node_->found = *present_;
            if (kept_) node_->set_kept_place(kept_->place);
        }
        hold_parent();
        return Subdirectory{node_, joined_path(parent_->path, entry_.name), parent_->source_filters,
                            parent_->destination_filters, segment_};
    }

    /// Whether the user's path reaches the directory through a link.
    bool is_typed_link() const
    {
        const auto* selected = selected_directory(*parent_->node, entry_);
        return selected != nullptr && selected->link;
    }

    bool look_at_source()
    {
        const auto facts = is_typed_link() ? followed_source_facts(context_, source_directory(), entry_.name)
                                           : source_facts(context_, *parent_->node, source_directory(), entry_.name);
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

    /// It would be entered without end. Not known is then also what else it stands for: deletion stops.
    bool leads_back_up()
    {
        if (!leads_back(context_, *parent_->node, entry_.source, source_.identity)) return false;
        context_.doubt();
        context_.fail_message(segment_, "symlink leads back to a directory above and is not followed: \"" +
                                            source_name().absolute() + "\"");
        return true;
    }

    bool look_at_destination()
    {
        if (parent_->node->state != DestinationState::Existed) return true;
        const auto facts = destination_facts(context_, *parent_->destination, entry_.target(), source_);
        if (facts) {
            present_ = *facts;
            if (facts->type == FileType::Symlink && context_.job.links.keep_directories && !keep_link()) return false;
            if (!parent_->node->names_fold) return true;
            const auto other =
                parent_->stored_names.collision(*parent_->destination, entry_.target(), *facts, parent_->list);
            return !other || collided(*other);
        }
        if (facts.error().is(std::errc::no_such_file_or_directory)) return true;
        context_.fail(segment_, facts.error(), destination_path());
        return false;
    }

    /// -K: a link to a directory stands for that directory. False, and told, if it leads out of the destination.
    bool keep_link()
    {
        auto kept = find_kept_link(context_, *parent_->node, *parent_->destination, entry_.target());
        if (!kept) return told(kept.error());
        if (!*kept) return true;  // it is replaced
        const auto facts = (*kept)->directory.stat();
        if (!facts) return told(facts.error());
        present_ = *facts;
        kept_ = std::move(*kept);
        return true;
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
    bool make(bool counts)
    {
        node_->state = context_.job.dry_run ? DestinationState::Absent : DestinationState::Created;
        if (counts) context_.progress->created.add(FileType::Directory);
        if (context_.job.dry_run) {
            const auto path = joined_path(parent_->path, entry_.name);
            return !present_ || !present_is_kept() ||
                   keep_backup(context_, segment_, {*parent_->node, *parent_->destination, entry_.target(), path},
                               BackupWay::Link);
        }
        const auto& directory = *parent_->destination;
        const bool default_acl =
            !context_.job.preservation.mode && expected_creation(context_, *parent_->node, directory).default_acl;
        const auto mode = wanted_mode(source_, nullptr, context_.compare_policy.attributes, default_acl);
        // A default ACL cuts the mode with which it is made, and says itself who may enter.
        const bool own = default_acl || !context_.acts_as_super_user() || !context_.job.preservation.user ||
                         source_.user == context_.process.user;
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

    bool present_is_kept() const
    {
        return context_.job.backup.wanted &&
               !gives_way_as_backup(context_.job, entry_.target(), present_->type, FileType::Directory);
    }

    /// The directory is made under another name first: on a full disk the old file stays.
    Status replace_by_directory(const platform::Directory& directory, Mode mode) const
    {
        const auto temporary = temporary_name(entry_.target());
        if (const auto made = directory.make_directory(temporary, mode); !made) return made;
        const UnlockedName unlocked(context_, directory, entry_.target(), *present_);
        const auto path = joined_path(parent_->path, entry_.name);
        if (present_is_kept() &&
            !keep_backup(context_, segment_, {*parent_->node, directory, entry_.target(), path}, BackupWay::Link)) {
            static_cast<void>(directory.remove_directory(temporary));
            return fail(Operation::MakeDirectory, std::errc::file_exists);
        }
        auto done = directory.unlink(entry_.target());
        if (!done && done.error().is(std::errc::no_such_file_or_directory)) done = Status{};  // moved to its backup
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
        const auto target = is_typed_link()
                                ? SourceTarget::followed(source_directory(), entry_.name)
                                : source_attributes(context_, source_directory(), entry_.name, FileType::Directory);
        const auto source = read_source_extended(context_, parent_->node.get(), target, source_);
        if (!source) {
            context_.fail_source(segment_, source.error(), source_name().absolute());
            return false;
        }
        const auto present = read_destination_extended(
            context_, kept_ ? platform::AttributeTarget(kept_->directory)
                            : platform::AttributeTarget(*parent_->destination, entry_.target()));
        if (!present) return told(present.error());
        add_extended_changes(*source, *present, context_.job.preservation, changes);
        return true;
    }

    /// An ordinary user could not reach what is below a directory whose final mode shuts out its owner.
    void hold_parent()
    {
        auto& parent = *parent_->node;
        parent.add_opener();
        if (context_.process.privileged || context_.job.rights.fake_destination || !parent.keeps_attributes) return;
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
    std::optional<KeptLink> kept_;  // what is present is what this link leads to
    std::shared_ptr<DirectoryNode> node_;
};

}  // namespace

Result<std::optional<KeptLink>> find_kept_link(Context& context, DirectoryNode& parent,
                                               const platform::Directory& directory, NameView name)
{
    const auto led_to = directory.stat_followed(name);
    if (!led_to || led_to->type != FileType::Directory) return std::nullopt;
    const auto target = directory.read_link(name);
    if (!target) return std::unexpected(target.error());
    return context.handles.with_room([&]() -> Result<std::optional<KeptLink>> {
        const auto root = parent.root().destination();
        if (!root) return std::unexpected(root.error());
        return follow_kept_link(**root, parent.place(), *target);
    });
}

std::optional<Subdirectory> prepare_subdirectory(Context& context, const std::shared_ptr<DirectoryWork>& parent,
                                                 const Entry& entry, Segment* segment)
{
    std::optional<Subdirectory> prepared;
    if (!is_left_out(*parent, entry)) prepared = Preparation(context, parent, entry, segment).run();
    if (!prepared && context.recorder) context.recorder->add_left_out(segment, *parent, entry);
    if (!prepared) context.sequencer.close(segment);
    return prepared;
}

void note_directory(Context& context, DirectoryNode& node, const std::string& path, const std::string& target_path,
                    bool created, Changes changes)
{
    const bool as_before = created && changes.none();
    const bool untouched = !created && changes.none();
    if (!context.wants_items || ((untouched || as_before) && !context.wants_unchanged)) return;
    node.item = ItemEvent{.update = created ? Update::LocalChange : Update::None,
                          .changes = changes,
                          .path = path,
                          .target_path = context.wants_unchanged ? target_path : "",
                          .link_target = {},
                          .long_name = context.wants_long_names ? node.typed_source_path(0) : "",
                          .digest = {},
                          .metadata = node.source_metadata,
                          .bytes_copied = 0,
                          .group = nullptr,
                          .was_there = !created,
                          .untouched = untouched,
                          .as_before = as_before};
}

void tell_directory(Context& context, DirectoryNode& node, Segment* segment)
{
    if (!node.item) return;
    context.sequencer.add(segment, std::move(*node.item));
    node.item.reset();
}

}  // namespace arsync::sync
