#include "sync/list_task.h"

#include <utility>
#include <vector>

#include "sync/opened_directory.h"
#include "sync/selection.h"
#include "sync/source_facts.h"
#include "sync/source_links.h"
#include "sync/subdirectory.h"
#include "sync/survey.h"

namespace arsync::sync {
namespace {

using platform::FileType;
using platform::Metadata;

/// A directory, opened and listed, whose names are told.
class DirectoryListing {
public:
    DirectoryListing(Context& context, std::shared_ptr<DirectoryWork> work, Segment* segment)
        : context_(context), work_(std::move(work)), segment_(segment)
    {
    }

    /// Tells the names and starts the tasks of the directories among them; closes the segment.
    void run();
    /// The same for what a list was too long for.
    void go_on_with_rest(Segment* segment);

private:
    void go_on();
    void finish();
    [[nodiscard]] std::unique_ptr<Task> list_child(const Entry& entry, Segment* segment);
    void tell(const Entry& entry, const Result<Metadata>& facts, Segment* segment);
    void tell_missing(const MissingName& missing);
    [[nodiscard]] Result<Metadata> look_at(const Entry& entry) const;

    Context& context_;
    std::shared_ptr<DirectoryWork> work_;
    Segment* segment_;
    std::size_t next_ = 0;     // entry to be told
    std::size_t missing_ = 0;  // how many are told: they stand among the files
};

class RestListTask : public Task {
public:
    RestListTask(DirectoryListing listing, Segment* segment) : listing_(std::move(listing)), segment_(segment) {}

    void run(Worker& /*worker*/) override { listing_.go_on_with_rest(segment_); }

private:
    DirectoryListing listing_;
    Segment* segment_;
};

class ListTask : public Task {
public:
    ListTask(Context& context, std::shared_ptr<DirectoryNode> node, std::string path, Filters above, Segment* segment)
        : context_(context), node_(std::move(node)), path_(std::move(path)), above_(std::move(above)), segment_(segment)
    {
    }

    void run(Worker& /*worker*/) override
    {
        auto work = std::make_shared<DirectoryWork>();
        work->node = node_;
        work->path = std::move(path_);
        if (!context_.cancelled) list(*work);
        node_->parent()->remove_opener();
        context_.progress->done.fetch_add(1, std::memory_order_relaxed);
        DirectoryListing(context_, std::move(work), segment_).run();
    }

private:
    void list(DirectoryWork& work)
    {
        open_sources(context_, work, segment_);
        if (enter_source_filters(context_, work, above_, segment_)) list_open_sources(context_, work, segment_);
    }

    Context& context_;
    std::shared_ptr<DirectoryNode> node_;
    std::string path_;
    Filters above_;
    Segment* segment_;
};

void DirectoryListing::run()
{
    drop_pruned(context_, work_->list, work_->path);
    collect_missing(*work_);
    go_on();
}

void DirectoryListing::go_on()
{
    std::vector<std::unique_ptr<Task>> children;
    Segment* tail = nullptr;
    const auto& entries = work_->list.entries();
    for (; next_ < entries.size() && children.size() < kMostWaiting && !context_.cancelled; ++next_) {
        const auto& entry = entries[next_];
        const bool directory = entry.is_directory();
        while (missing_ < work_->missing.size() && (directory || NameView(work_->missing[missing_].name) < entry.name))
            tell_missing(work_->missing[missing_++]);
        if (!directory) {
            tell(entry, look_at(entry), segment_);
            continue;
        }
        tail = context_.sequencer.insert_after(tail == nullptr ? segment_ : tail);
        children.push_back(list_child(entry, tail));
    }
    if (context_.cancelled || (next_ == entries.size() && !remainder_of(*work_))) {
        while (missing_ < work_->missing.size()) tell_missing(work_->missing[missing_++]);
        finish();
    } else {
        tail = context_.sequencer.insert_after(tail == nullptr ? segment_ : tail);
        children.push_back(std::make_unique<RestListTask>(*this, tail));
    }
    context_.sequencer.close(segment_);
    context_.scheduler.push(std::move(children));
}

std::unique_ptr<Task> DirectoryListing::list_child(const Entry& entry, Segment* segment)
{
    context_.unlisted.fetch_add(1, std::memory_order_relaxed);
    const bool hidden = !context_.job.selection.implied && is_implied(*work_->node, entry);
    const auto facts = look_at(entry);
    if (!hidden) tell(entry, facts, segment);
    work_->node->add_opener();
    auto child = make_child_node(context_, work_->node, entry);
    if (facts) child->source_metadata = *facts;
    return std::make_unique<ListTask>(context_, std::move(child), joined_path(work_->path, entry.name),
                                      work_->source_filters, segment);
}

void DirectoryListing::go_on_with_rest(Segment* segment)
{
    segment_ = segment;
    if (next_ == work_->list.entries().size()) {
        auto rest = *remainder_of(*work_);
        work_ = rest.work;
        next_ = 0;
        list_remainder(context_, rest, segment_);
        drop_pruned(context_, work_->list, work_->path);
    }
    go_on();
}

/// The directory is done with, but for what is below it.
void DirectoryListing::finish()
{
    context_.directory_listed();
    work_->node->remove_opener();
    context_.handles.idle(work_->node);
}

Result<Metadata> DirectoryListing::look_at(const Entry& entry) const
{
    const auto* selected = selected_directory(*work_->node, entry);
    const auto& directory = *work_->sources[entry.source];
    if (selected != nullptr && selected->link) return followed_source_facts(context_, directory, entry.name);
    return source_facts(context_, *work_->node, directory, entry.name);
}

void DirectoryListing::tell(const Entry& entry, const Result<Metadata>& facts, Segment* segment)
{
    auto& progress = *context_.progress;
    if (!facts) {
        context_.fail_source(segment, facts.error(), SourceName{*work_->node, entry.source, entry.name}.absolute());
        return;
    }
    progress.found.add(facts->type);
    progress.name_bytes.fetch_add(entry.name.size(), std::memory_order_relaxed);
    if (facts->type == FileType::Regular || facts->type == FileType::Symlink)
        progress.bytes_found.fetch_add(facts->size, std::memory_order_relaxed);
    if (facts->type != FileType::Directory) progress.done.fetch_add(1, std::memory_order_relaxed);
    ListedEvent event{shown_path(*work_, entry), {}, *facts, false};
    if (facts->type == FileType::Symlink && context_.job.preservation.links) {
        auto target = source_link_target(context_, *work_->sources[entry.source], entry.name);
        if (target) event.link_target = std::move(*target);
    }
    context_.sequencer.add(segment, std::move(event));
}

void DirectoryListing::tell_missing(const MissingName& missing)
{
    context_.sequencer.add(segment_, ListedEvent{joined_path(work_->path, missing.name), {}, {}, true});
}

class RootListTask : public Task {
public:
    RootListTask(Context& context, Root root, Segment* segment)
        : context_(context), root_(std::move(root)), segment_(segment)
    {
    }

    void run(Worker& /*worker*/) override
    {
        if (root_.takes_part) {
            context_.progress->found.add(FileType::Directory);
            context_.progress->done.fetch_add(1, std::memory_order_relaxed);
            context_.sequencer.add(segment_, ListedEvent{".", {}, root_.work->node->source_metadata, false});
        }
        DirectoryListing(context_, std::move(root_.work), segment_).run();
    }

private:
    Context& context_;
    Root root_;
    Segment* segment_;
};

}  // namespace

std::unique_ptr<Task> make_list_task(Context& context, Root root, Segment* segment)
{
    return std::make_unique<RootListTask>(context, std::move(root), segment);
}

}  // namespace arsync::sync
