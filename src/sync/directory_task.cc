#include "sync/directory_task.h"

#include <algorithm>
#include <utility>

#include "platform/listing.h"
#include "sync/deletion.h"
#include "sync/entry_update.h"

namespace arsync::sync {
namespace {

using platform::FileType;

/// Names per task: large enough to be worth a task, small enough to keep all workers busy in a flat directory.
constexpr std::size_t kBatch = 256;

/// Brings the entries [begin, end) of a directory up to date.
void work_on_entries(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work, std::size_t begin,
                     std::size_t end, Segment* segment)
{
    Cursor cursor{segment};
    Segment* tail = nullptr;
    std::vector<std::unique_ptr<Task>> children;
    for (std::size_t i = begin; i < end && !context.cancelled; ++i) {
        if (work->list.entries()[i].type != FileType::Directory) {
            update_entry(context, worker, work, i, cursor);
            continue;
        }
        tail = context.sequencer.insert_after(tail == nullptr ? cursor.segment : tail);
        auto child = prepare_subdirectory(context, work, work->list.entries()[i], tail);
        if (child) {
            children.push_back(make_directory_task(context, std::move(*child)));
        } else {
            context.directory_listed();
            context.progress->done.fetch_add(1, std::memory_order_relaxed);
        }
    }
    context.scheduler.push(std::move(children));
    release_directory(context, work->node, cursor.segment);
    context.sequencer.close(cursor.segment);
}

class BatchTask : public Task {
public:
    BatchTask(Context& context, std::shared_ptr<DirectoryWork> work, std::size_t begin, std::size_t end,
              Segment* segment)
        : context_(context), work_(std::move(work)), begin_(begin), end_(end), segment_(segment)
    {
    }

    void run(Worker& worker) override { work_on_entries(context_, worker, work_, begin_, end_, segment_); }

private:
    Context& context_;
    std::shared_ptr<DirectoryWork> work_;
    std::size_t begin_;
    std::size_t end_;
    Segment* segment_;
};

/// Works on all entries: here, or, if they are many, in further tasks.
void start_entries(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work, Segment* segment)
{
    const std::size_t count = work->list.entries().size();
    if (count <= kBatch) {
        work_on_entries(context, worker, work, 0, count, segment);
        return;
    }
    std::vector<std::unique_ptr<Task>> batches;
    Segment* tail = segment;
    for (std::size_t begin = 0; begin < count; begin += kBatch) {
        if (begin != 0) work->node->retain();
        tail = context.sequencer.insert_after(tail);
        batches.push_back(std::make_unique<BatchTask>(context, work, begin, std::min(begin + kBatch, count), tail));
    }
    context.sequencer.close(segment);
    context.scheduler.push(std::move(batches));
}

/// Counts what was listed; afterwards the directory's names are known.
void count_listed(Context& context, const SourceList& list)
{
    std::uint64_t bytes = 0;
    for (const auto& entry : list.entries()) {
        context.progress->found.add(entry.type);
        bytes += entry.name.size();
        if (entry.type == FileType::Directory) context.unlisted.fetch_add(1, std::memory_order_relaxed);
    }
    context.progress->name_bytes.fetch_add(bytes, std::memory_order_relaxed);
}

/// Whether the node is where an operand's contents begin: the root, or a directory named without trailing slash.
bool begins_operand(DirectoryNode& node)
{
    if (!node.parent()) return true;
    auto& parent = *node.parent();
    return !parent.parent() && parent.source_at(node.source_at(0).parent_index).device == 0;
}

/// Whether there is nothing at all in the directories whose contents are transferred, not even something excluded:
/// often a volume that is not mounted.
bool is_empty_root(const DirectoryWork& work)
{
    if (!begins_operand(*work.node) || !work.list.entries().empty()) return false;
    return std::ranges::all_of(
        work.sources, [](const HeldDirectory& source) { return platform::Listing::read(*source).names().empty(); });
}

/// Deletes what the sources do not have.
void delete_surplus(Context& context, DirectoryWork& work, Segment* segment)
{
    if (context.job.deletion.moment == DeleteMoment::Never || !work.destination) return;
    if (work.node->state != DestinationState::Existed) return;
    if (work.gone) return;
    if (work.incomplete && !context.job.deletion.ignore_errors) {
        static_cast<void>(deletion_allowed(context, segment));  // tells why not
        return;
    }
    const auto& deletion = context.job.deletion;
    const bool needs_a_word = deletion.moment == DeleteMoment::Sure && !deletion.force && !deletion.ignore_errors;
    if (needs_a_word && is_empty_root(work)) {
        if (!platform::Listing::read(*work.destination).names().empty())
            context.fail_message(segment, "source is empty, nothing is deleted from \"" +
                                              work.node->destination_path() + "\" (--force says that this is meant)");
        return;
    }
    delete_extraneous(context, *work.node, *work.destination, work.path, work.list, work.destination_filters, segment);
}

class RootTask : public Task {
public:
    RootTask(Context& context, Root root, Segment* segment)
        : context_(context), root_(std::move(root)), segment_(segment)
    {
    }

    void run(Worker& worker) override
    {
        auto& work = *root_.work;
        if (root_.has_contents) context_.progress->found.add(FileType::Directory);
        count_listed(context_, work.list);
        context_.directory_listed();
        if (root_.has_contents) {
            delete_surplus(context_, work, segment_);
            tell_directory(context_, *work.node, segment_);
            context_.progress->done.fetch_add(1, std::memory_order_relaxed);
        }
        start_entries(context_, worker, root_.work, segment_);
    }

private:
    Context& context_;
    Root root_;
    Segment* segment_;
};

class DirectoryTask : public Task {
public:
    DirectoryTask(Context& context, Subdirectory subdirectory)
        : context_(context), subdirectory_(std::move(subdirectory))
    {
    }

    void run(Worker& worker) override
    {
        auto work = std::make_shared<DirectoryWork>();
        work->node = subdirectory_.node;
        Segment* segment = subdirectory_.segment;
        const bool opened = !context_.cancelled && open_subdirectory(context_, subdirectory_, *work);
        work->node->parent()->remove_opener();
        if (opened) list_and_delete(*work, segment);
        context_.directory_listed();
        context_.progress->done.fetch_add(1, std::memory_order_relaxed);
        start_entries(context_, worker, work, segment);
        context_.handles.idle(work->node);
    }

private:
    void list_and_delete(DirectoryWork& work, Segment* segment)
    {
        auto& node = *work.node;
        bool listed = false;
        for (std::size_t i = 0; i < node.source_count(); ++i) {
            if (!work.sources[i] || leaves_file_system(context_, node, i)) continue;
            const bool complete = list_source(context_, node, i, work.path, *work.source_filters, segment, work.list);
            work.incomplete = work.incomplete || !complete;
            listed = true;
        }
        work.list.finish();
        count_listed(context_, work.list);
        // --ignore-errors deletes even below the counterpart of a directory that could not be read.
        const bool unreadable = work.incomplete && !work.gone && context_.job.deletion.ignore_errors;
        if (listed || unreadable) delete_surplus(context_, work, segment);
        tell_directory(context_, node, segment);
    }

    Context& context_;
    Subdirectory subdirectory_;
};

}  // namespace

std::unique_ptr<Task> make_root_task(Context& context, Root root, Segment* segment)
{
    return std::make_unique<RootTask>(context, std::move(root), segment);
}

std::unique_ptr<Task> make_directory_task(Context& context, Subdirectory subdirectory)
{
    return std::make_unique<DirectoryTask>(context, std::move(subdirectory));
}

}  // namespace arsync::sync
