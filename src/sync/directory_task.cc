#include "sync/directory_task.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "sync/batch_recorder.h"
#include "sync/entry_update.h"
#include "sync/fuzzy.h"
#include "sync/opened_directory.h"
#include "sync/surplus.h"
#include "sync/survey.h"

namespace arsync::sync {
namespace {

using platform::FileType;

/// Names per task: large enough to be worth a task, small enough to keep all workers busy in a flat directory.
constexpr std::size_t kBatch = 256;
/// Directories among them: each waits for its turn with all that is known of it.
constexpr std::size_t kDirectories = 32;

/// Where the batch ends that begins at `begin`; directories come last in a list.
std::size_t end_of_batch(const std::vector<Entry>& entries, std::size_t begin)
{
    std::size_t directories = 0;
    std::size_t end = begin;
    while (end < entries.size() && end - begin < kBatch && directories < kDirectories) {
        if (entries[end++].type == FileType::Directory) ++directories;
    }
    return end;
}

/// What the helpers may look at before the workers come to the entries [begin, end).
void tell_ahead(Context& context, const DirectoryWork& work, std::size_t begin, std::size_t end)
{
    if (!context.prefetch.wanted() || begin >= end) return;
    std::vector<Ahead> ahead(work.sources.size());
    for (std::size_t i = 0; i < ahead.size(); ++i) {
        if (work.sources[i] && work.sources[i]->on_disk() != nullptr) ahead[i].source = work.sources[i];
        if (work.node->state == DestinationState::Existed) ahead[i].destination = work.destination;
    }
    for (std::size_t i = begin; i < end; ++i) {
        const auto& entry = work.list.entries()[i];
        auto& names = ahead[entry.source];
        if (entry.type == FileType::Regular) names.files.emplace_back(entry.name.view());
        if (entry.type == FileType::Directory) names.directories.emplace_back(entry.name.view());
    }
    std::erase_if(ahead, [](const Ahead& names) { return names.source == nullptr; });
    context.prefetch.go(std::move(ahead));
}

/// Brings the entries [begin, end) of a directory up to date.
void work_on_entries(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work, std::size_t begin,
                     std::size_t end, Segment* segment)
{
    if (begin == 0) tell_ahead(context, *work, 0, end);
    tell_ahead(context, *work, end, end_of_batch(work->list.entries(), end));
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

/// For progress and statistics.
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

void start_entries(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work, Segment* segment);

/// What is left of a directory whose list was cut. It is listed when the names before it are done with, as their memory
/// is needed for that: by whoever is last.
class RestOfDirectory {
public:
    RestOfDirectory(Context& context, Remainder rest) : context_(context), rest_(std::move(rest)) {}

    /// Before the first of so many tasks begins; what comes after them is told in `segment`.
    void wait_for(std::size_t tasks, Segment* segment)
    {
        tasks_ = tasks;
        segment_ = segment;
    }
    /// To be called at the end of each of them.
    void one_is_done(Worker& worker)
    {
        if (tasks_.fetch_sub(1, std::memory_order_acq_rel) == 1) go_on(worker);
    }

private:
    void go_on(Worker& worker);

    Context& context_;
    Remainder rest_;
    std::atomic<std::size_t> tasks_ = 0;
    Segment* segment_ = nullptr;
};

class BatchTask : public Task {
public:
    BatchTask(Context& context, std::shared_ptr<DirectoryWork> work, std::size_t begin, std::size_t end,
              std::shared_ptr<RestOfDirectory> rest, Segment* segment)
        : context_(context), work_(std::move(work)), begin_(begin), end_(end), rest_(std::move(rest)), segment_(segment)
    {
    }

    void run(Worker& worker) override
    {
        work_on_entries(context_, worker, work_, begin_, end_, segment_);
        work_.reset();
        if (rest_) rest_->one_is_done(worker);
    }

private:
    Context& context_;
    std::shared_ptr<DirectoryWork> work_;
    std::size_t begin_;
    std::size_t end_;
    std::shared_ptr<RestOfDirectory> rest_;
    Segment* segment_;
};

/// Comes after all batches and what they have started.
class RestTask : public Task {
public:
    explicit RestTask(std::shared_ptr<RestOfDirectory> rest) : rest_(std::move(rest)) {}

    void run(Worker& worker) override { rest_->one_is_done(worker); }

private:
    std::shared_ptr<RestOfDirectory> rest_;
};

/// Works on all entries: here, or, if they are many, in further tasks.
void start_entries(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work, Segment* segment)
{
    const auto& entries = work->list.entries();
    auto remainder = remainder_of(*work);
    if (!remainder) context.directory_listed();
    if (const auto end = end_of_batch(entries, 0); end == entries.size() && !remainder) {
        work_on_entries(context, worker, work, 0, end, segment);
        return;
    }
    const auto rest = remainder ? std::make_shared<RestOfDirectory>(context, std::move(*remainder)) : nullptr;
    std::vector<std::unique_ptr<Task>> tasks;
    Segment* tail = segment;
    for (std::size_t begin = 0; begin < entries.size();) {
        if (begin != 0) work->node->retain();
        tail = context.sequencer.insert_after(tail);
        const auto end = end_of_batch(entries, begin);
        tasks.push_back(std::make_unique<BatchTask>(context, work, begin, end, rest, tail));
        begin = end;
    }
    if (rest) {
        if (!tasks.empty()) work->node->retain();
        rest->wait_for(tasks.size() + 1, context.sequencer.insert_after(tail));
        tasks.push_back(std::make_unique<RestTask>(rest));
    }
    context.sequencer.close(segment);
    context.scheduler.push(std::move(tasks));
}

void RestOfDirectory::go_on(Worker& worker)
{
    auto& work = *rest_.work;
    if (!context_.cancelled) list_remainder(context_, rest_, segment_);
    if (work.incomplete && context_.recorder) context_.recorder->doubt();
    drop_pruned(context_, work.list, work.path);
    count_listed(context_, work.list);
    start_entries(context_, worker, rest_.work, segment_);
}

/// -y: what is there, after deletions, may be like what is missing; -yy: likewise what alternate trees have.
void list_similar_names(Context& context, DirectoryWork& work)
{
    const auto& writing = context.job.writing;
    if (writing.fuzzy == Writing::Fuzzy::No || writing.whole_file || context.job.dry_run) return;
    FuzzyNames::Directories directories;
    if (work.destination && work.node->state == DestinationState::Existed) directories.push_back(work.destination);
    const auto alternates = writing.fuzzy == Writing::Fuzzy::Everywhere ? work.node->alternate_count() : 0;
    for (std::size_t i = 0; i < alternates; ++i) {
        auto directory = context.handles.with_room([&] { return work.node->alternate(i); });
        if (directory) directories.push_back(std::move(*directory));
    }
    if (!directories.empty()) work.similar_names = FuzzyNames::list(std::move(directories));
}

void record(Context& context, const DirectoryWork& work, Segment* segment, bool has_contents)
{
    if (context.recorder) context.recorder->add_directory(segment, work, has_contents);
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
        if (root_.takes_part) context_.progress->found.add(FileType::Directory);
        drop_pruned(context_, work.list, work.path);
        count_listed(context_, work.list);
        delete_missing(context_, work, segment_);
        if (context_.recorder) context_.recorder->add_missing(segment_, work);
        auto next = [&context = context_, root = root_](Worker& next_worker, Segment* segment) {
            if (root.takes_part) {
                tell_directory(context, *root.work->node, segment);
                record(context, *root.work, segment, root.has_contents && root.complete);
                context.progress->done.fetch_add(1, std::memory_order_relaxed);
            }
            list_similar_names(context, *root.work);
            start_entries(context, next_worker, root.work, segment);
        };
        if (root_.has_contents && deletes_while_walking(context_.job.deletion)) {
            delete_surplus_first(context_, worker, root_.work, segment_, std::move(next));
        } else {
            next(worker, segment_);
        }
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
        if (opened) return list_and_delete(worker, work, segment);
        if (context_.recorder) context_.recorder->doubt();
        go_on(context_, worker, work, segment);
    }

private:
    void list_and_delete(Worker& worker, const std::shared_ptr<DirectoryWork>& work, Segment* segment)
    {
        const bool listed = list_open_sources(context_, *work, segment);
        if (deletes_while_walking(context_.job.deletion) && work->node->state == DestinationState::Existed)
            make_room(*work);
        drop_pruned(context_, work->list, work->path);
        collect_missing(*work);
        count_listed(context_, work->list);
        delete_missing(context_, *work, segment);
        if (context_.recorder) context_.recorder->add_missing(segment, *work);
        auto next = [&context = context_, work, listed](Worker& next_worker, Segment* rest) {
            tell_directory(context, *work->node, rest);
            if (work->node->keeps_attributes) record(context, *work, rest, listed && !work->incomplete);
            go_on(context, next_worker, work, rest);
        };
        // --ignore-errors deletes even below the counterpart of a directory that could not be read.
        const bool unreadable = work->incomplete && !work->gone && context_.job.deletion.ignore_errors;
        if ((listed || unreadable) && deletes_while_walking(context_.job.deletion)) {
            delete_surplus_first(context_, worker, work, segment, std::move(next));
        } else {
            next(worker, segment);
        }
    }

    static void go_on(Context& context, Worker& worker, const std::shared_ptr<DirectoryWork>& work, Segment* segment)
    {
        context.progress->done.fetch_add(1, std::memory_order_relaxed);
        list_similar_names(context, *work);
        start_entries(context, worker, work, segment);
        context.handles.idle(work->node);
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
