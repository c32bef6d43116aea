#include "sync/roots.h"

#include <optional>
#include <utility>
#include <vector>

#include "platform/directory.h"
#include "platform/volume.h"
#include "sync/alternates.h"
#include "sync/attributes.h"
#include "sync/backup.h"
#include "sync/destination_root.h"
#include "sync/fake_super.h"
#include "sync/file_flags.h"
#include "sync/opened_directory.h"
#include "sync/operands.h"
#include "sync/subdirectory.h"
#include "sync/xattr_rules.h"

namespace arsync::sync {
namespace {

using platform::Directory;
using platform::FileType;

class RootOpener {
public:
    RootOpener(Context& context, Segment* segment) : context_(context), segment_(segment)
    {
        root_.work = std::make_shared<DirectoryWork>();
        root_.work->node = DirectoryNode::make_root();
        root_.work->source_filters = context_.job.selection.filters;
        const auto& filters = context_.job.deletion.filters;
        root_.work->destination_filters = filters ? filters : context_.job.selection.filters;
    }

    std::expected<Root, RootFailure> open()
    {
        if (auto failure = read_operands(context_, root_, segment_, operands_))
            return std::unexpected(std::move(*failure));
        if (!list_contents() || context_.job.list_only) return std::move(root_);
        if (operands_.count == 0) {
            if (auto failure = open_destination_of_nothing(context_, root_, operands_, segment_))
                return std::unexpected(std::move(*failure));
            // Told all the same: where backups would be, and alternate trees that are missing.
            if (auto failure = look_at_backup_directory()) return std::unexpected(std::move(*failure));
            add_alternates(context_, *root_.work->node, root_.named, segment_);
            return std::move(root_);
        }
        if (auto failure = open_destination(context_, root_, operands_, segment_))
            return std::unexpected(std::move(*failure));
        list_all_where_names_fold();
        if (auto failure = check_same_directory()) return std::unexpected(std::move(*failure));
        if (auto failure = look_at_backup_directory()) return std::unexpected(std::move(*failure));
        add_alternates(context_, *root_.work->node, root_.named, segment_);
        if (auto failure = open_temporary_directory()) return std::unexpected(std::move(*failure));
        enter_destination();
        note_root();
        make_room_for_passes();
        return std::move(root_);
    }

private:
    /// False if a merge file cannot be understood.
    bool list_contents()
    {
        auto& work = *root_.work;
        root_.has_contents = !operands_.contents.empty();
        root_.takes_part = operands_.root.has_value();
        if (root_.has_contents) {
            std::vector<const Directory*> directories;
            for (const auto index : operands_.contents) {
                if (const auto* directory = work.sources[index]->on_disk()) directories.push_back(directory);
            }
            auto inside = enter_filters(context_, work.source_filters, "", directories, segment_);
            if (!inside) return false;
            work.source_filters = std::move(*inside);
            work.node->source_rules = work.source_filters;
        }
        if (work.list.entries().empty() && work.missing.empty()) limit_list(context_, work);
        for (std::size_t index = 0; index < work.sources.size(); ++index) {
            root_.complete = list_source(context_, *work.node, index, "", *work.source_filters, segment_, work.list) &&
                             root_.complete;
        }
        work.list.finish();
        collect_missing(work);
        work.incomplete = !root_.complete;
        if (!root_.complete) context_.doubt();
        return true;
    }

    /// There all of them have to be known at once; whether they do is known only now.
    void list_all_where_names_fold()
    {
        auto& work = *root_.work;
        if (!work.list.cut() || !work.node->names_fold) return;
        work.list = SourceList();
        root_.complete = list_source(context_, *work.node, 0, "", *work.source_filters, segment_, work.list);
        work.list.finish();
        work.incomplete = !root_.complete;
    }

    /// Passes come before the walk, and may need the room.
    void make_room_for_passes()
    {
        if (context_.job.deletion.moment != DeleteMoment::Never || context_.job.selection.prune_empty)
            make_room(*root_.work);
    }

    std::optional<RootFailure> check_same_directory()
    {
        auto& node = *root_.work->node;
        for (const auto index : operands_.contents) {
            if (node.state != DestinationState::Absent &&
                node.source_at(index).handle.identity() == context_.destination_root)
                return RootFailure{Ending::BadSelection, "source and destination are the same directory: \"" +
                                                             node.source_path(index) + "\""};
        }
        return std::nullopt;
    }

    std::optional<RootFailure> look_at_backup_directory()
    {
        const auto& backup = context_.job.backup;
        if (!backup.wanted || !backup.has_directory) return std::nullopt;
        const auto facts = platform::stat_path(backup_root(context_.job, *root_.work->node), true);
        if (facts && facts->type != FileType::Directory)
            return RootFailure{Ending::RuleError, "The backup-dir is not a directory: " + backup.shown};
        context_.notice(segment_, NoticeKind::BackupDirectory, backup.shown, FileType::Directory, facts ? 1 : 0);
        return std::nullopt;
    }

    std::optional<RootFailure> open_temporary_directory()
    {
        const auto& path = context_.job.writing.temporary_dir;
        if (!path) return std::nullopt;
        if (path->empty()) return RootFailure{Ending::RuleError, "The temp-dir does not exist: "};
        const auto opened = context_.sides.open_temporary(*path, root_.work->node->destination_path());
        if (opened) return std::nullopt;
        if (opened.error().is(std::errc::no_such_file_or_directory))
            return RootFailure{Ending::RuleError, "The temp-dir does not exist: " + *path};
        if (opened.error().is(std::errc::not_a_directory))
            return RootFailure{Ending::RuleError, "The temp-dir is not a directory: " + *path};
        const bool refused = opened.error().is(std::errc::too_many_symbolic_link_levels);
        return RootFailure{refused ? Ending::Partial : Ending::RuleError,
                           "cannot open the temp-dir \"" + *path + "\": " + opened.error().reason()};
    }

    void enter_destination()
    {
        auto& work = *root_.work;
        if (work.destination && work.node->state == DestinationState::Existed)
            work.node->unlocked = unlock(context_, *work.destination, work.node->found);
        if (root_.has_contents && context_.job.deletion.moment != DeleteMoment::Never && work.destination) {
            auto inside = enter_filters(context_, work.destination_filters, "", {work.destination.get()}, segment_);
            if (inside) work.destination_filters = std::move(*inside);
        }
    }

    /// The contents of a directory bring its attributes along.
    void note_root()
    {
        if (!root_.takes_part) return;
        auto& node = *root_.work->node;
        if (node.state == DestinationState::Absent && context_.job.selection.existing_only) {
            // A real run has made it by now, as the destination, whatever the option says.
            if (context_.wants_skips) context_.notice(segment_, NoticeKind::NotCreated, ".", FileType::Directory);
            return;
        }
        node.keeps_attributes = true;
        node.attribute_source = *operands_.root;
        const bool created = node.state != DestinationState::Existed;
        Changes changes;
        if (created) {
            const auto found = changes_from_alternate(context_, node, *root_.work->sources[*operands_.root]);
            if (!found) context_.progress->created.add(FileType::Directory);
            changes = found.value_or(Changes().add(Change::Created));
        } else {
            if (context_.job.rights.fake_destination) show_fake(*root_.work->destination, node.found);
            changes = compare(node.source_metadata, &node.found, context_.compare_policy,
                              context_.may_set_group(node.source_metadata.group), SameValue::Yes)
                          .changes;
            add_root_extended(changes);
            node.attributes_differ = !changes.none();
        }
        note_directory(context_, node, ".", ".", created, changes);
        if (root_.work->destination) set_group_inheritance(context_, node, *root_.work->destination);
    }

    void add_root_extended(Changes& changes)
    {
        auto& work = *root_.work;
        if (!wants_extended(context_.job.preservation, FileType::Directory)) return;
        const auto source =
            read_source_extended(context_, nullptr, *work.sources[*operands_.root], work.node->source_metadata);
        const auto present = read_destination_extended(context_, *work.destination);
        if (source && present) add_extended_changes(*source, *present, context_.job.preservation, changes);
    }

    Context& context_;
    Segment* segment_;
    Operands operands_;
    Root root_;
};

}  // namespace

std::expected<Root, RootFailure> open_roots(Context& context, Segment* segment)
{
    return RootOpener(context, segment).open();
}

}  // namespace arsync::sync
