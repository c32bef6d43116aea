#include "sync/delete_pass.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/attributes.h"
#include "sync/deletion.h"
#include "sync/file_flags.h"
#include "sync/opened_directory.h"
#include "sync/selection.h"
#include "sync/source_facts.h"
#include "sync/subdirectory.h"
#include "sync/surplus.h"
#include "sync/survey.h"

namespace arsync::sync {
namespace {

using platform::FileType;

class DeletePass : public Task {
public:
    DeletePass(Context& context, Root root, Segment* segment)
        : context_(context), root_(std::move(root)), segment_(segment)
    {
    }

    void run(Worker& /*worker*/) override
    {
        auto& work = *root_.work;
        if (!work.destination) return;
        drop_pruned(context_, work.list, work.path);
        if (root_.has_contents) delete_in(work);
        levels_.push_back({root_.work, 0});
        while (!levels_.empty() && !context_.cancelled) step();
        while (!levels_.empty()) leave();
        // Last: what is deleted below may bring a directory of backups into it.
        if (root_.has_contents) finish(work);
    }

private:
    struct Level {
        std::shared_ptr<DirectoryWork> work;
        std::size_t next;  // entry to be looked at
    };

    void step()
    {
        auto& level = levels_.back();
        const auto& entries = level.work->list.entries();
        while (level.next < entries.size() && entries[level.next].type != FileType::Directory) ++level.next;
        if (level.next == entries.size()) {
            auto rest = remainder_of(*level.work);
            return rest ? go_on(level, std::move(*rest)) : leave();
        }
        auto child = open(*level.work, entries[level.next++]);
        if (!child) return;
        const bool without_contents = child->gone && !child->incomplete;
        if (!without_contents) delete_in(*child);
        // Its handles may be closed from now on, as deep as the tree may be; the node opens them again.
        child->sources.clear();
        child->destination.reset();
        context_.handles.idle(child->node);
        levels_.push_back({std::move(child), 0});
    }

    /// The next names of a directory whose list was cut.
    void go_on(Level& level, Remainder rest)
    {
        level.work = rest.work;
        level.next = 0;
        list_remainder(context_, rest, segment_);
        drop_pruned(context_, level.work->list, level.work->path);
    }

    void leave()
    {
        const auto work = std::move(levels_.back().work);
        levels_.pop_back();
        if (work->node == root_.work->node) return;
        finish(*work);
        work->node->remove_opener();
    }

    /// The directory on both sides, listed; null where the destination has none.
    std::shared_ptr<DirectoryWork> open(const DirectoryWork& parent, const Entry& entry)
    {
        const auto source = context_.handles.with_room([&] { return parent.node->source(entry.source); });
        const auto destination = context_.handles.with_room([&] { return parent.node->destination(); });
        if (!source || !destination) {
            context_.doubt();
            return nullptr;
        }
        const auto wanted = source_facts(context_, *parent.node, **source, entry.name);
        auto found = (*destination)->stat(entry.target());
        std::optional<std::string> kept_place;
        if (found && found->type == FileType::Symlink && context_.job.links.keep_directories) {
            auto kept = find_kept_link(context_, *parent.node, **destination, entry.target());
            if (!kept || !*kept) return nullptr;  // the transfer tells of it
            found = (*kept)->directory.stat();
            kept_place = std::move((*kept)->place);
        }
        if (!wanted && !wanted.error().is(std::errc::no_such_file_or_directory)) context_.doubt();
        if (!wanted || !found || wanted->type != FileType::Directory || found->type != FileType::Directory)
            return nullptr;
        if (context_.second_way && wanted->identity == *context_.second_way) return nullptr;
        auto node = make_child_node(context_, parent.node, entry);
        node->source_metadata = *wanted;
        node->destination_metadata = node->found = *found;
        node->keeps_attributes = true;
        if (kept_place) node->set_kept_place(std::move(*kept_place));
        parent.node->add_opener();
        auto work = std::make_shared<DirectoryWork>();
        work->node = node;
        const Subdirectory subdirectory{node, joined_path(parent.path, entry.name), parent.source_filters,
                                        parent.destination_filters, segment_};
        const bool opened = open_subdirectory(context_, subdirectory, *work);
        parent.node->remove_opener();
        if (!opened) return nullptr;
        list(*work);
        return work;
    }

    void list(DirectoryWork& work)
    {
        const bool listed = list_open_sources(context_, work, segment_);
        make_room(work);
        drop_pruned(context_, work.list, work.path);
        // --ignore-errors deletes even below the counterpart of a directory that could not be read.
        const bool unreadable = work.incomplete && !work.gone && context_.job.deletion.ignore_errors;
        if (!listed && !unreadable) work.gone = true;
    }

    void delete_in(DirectoryWork& work)
    {
        if (context_.survey_failed) context_.troubles.source_unlisted = true;
        delete_surplus(context_, work, segment_);
    }

    /// What the transfer finds, or has left, shall not show that this pass was here: but for --delete-before, which
    /// rsync's transfer sees in the times of directories.
    void finish(DirectoryWork& work)
    {
        auto& node = *work.node;
        const bool opened_up = node.destination_metadata.mode != node.found.mode && node.parent();
        const bool looks_again = work.node == root_.work->node && root_.takes_part &&
                                 node.state == DestinationState::Existed &&
                                 context_.job.deletion.moment == DeleteMoment::Before;
        if (context_.job.dry_run || (!node.touched && !opened_up && !node.unlocked && !looks_again)) return;
        const auto destination = context_.handles.with_room([&] { return node.destination(); });
        if (!destination) return context_.fail(segment_, destination.error(), node.destination_path());
        const auto moment = context_.job.deletion.moment;
        const bool keeps = keeps_times(context_.job.preservation, FileType::Directory);
        if (node.touched && moment != DeleteMoment::Before && keeps) {
            // A time that the transfer would take for the source's will not be set by it any more.
            const auto window = context_.job.comparison.modify_window;
            const bool taken_as_same = same_time(node.source_metadata.modified, node.found.modified, window);
            const auto& restored = taken_as_same ? node.source_metadata.modified : node.found.modified;
            const auto done = platform::set_times(**destination, std::nullopt, restored);
            if (!done) context_.fail(segment_, done.error(), node.destination_path());
        }
        if (looks_again) look_again(node, **destination);
        node.touched = false;
        if (opened_up) static_cast<void>(platform::set_mode(**destination, node.found.mode));
        if (node.unlocked && node.parent())
            relock(context_, segment_, **destination, node.found, [&node] { return node.destination_path(); });
    }

    /// The root was looked at before this pass.
    void look_again(DirectoryNode& node, const platform::Directory& destination)
    {
        const auto facts = destination.stat();
        if (!facts) return;
        node.found.modified = node.destination_metadata.modified = facts->modified;
        auto changes = node.item ? node.item->changes : Changes();
        const bool differs =
            !same_time(node.source_metadata.modified, facts->modified, context_.job.comparison.modify_window);
        if (differs && keeps_times(context_.job.preservation, FileType::Directory)) changes.add(Change::Time);
        node.attributes_differ = node.attributes_differ || !changes.none();
        note_directory(context_, node, ".", ".", false, changes);
    }

    Context& context_;
    Root root_;
    Segment* segment_;
    std::vector<Level> levels_;
};

}  // namespace

std::unique_ptr<Task> make_delete_pass(Context& context, Root root, Segment* segment)
{
    return std::make_unique<DeletePass>(context, std::move(root), segment);
}

}  // namespace arsync::sync
