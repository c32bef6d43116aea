#include "sync/late_work.h"

#include <algorithm>
#include <utility>

#include "sync/detached.h"
#include "sync/directory_work.h"
#include "sync/file_flags.h"
#include "sync/placement.h"

namespace arsync::sync {
namespace {

/// Tree order: a directory before what is below it.
bool path_before(const std::string& a, const std::string& b)
{
    const auto rank = [](char byte) { return byte == '/' ? 0 : static_cast<unsigned char>(byte) + 1; };
    return std::ranges::lexicographical_compare(a, b, {}, rank, rank);
}

class RetryTask : public Task {
public:
    RetryTask(Context& context, std::vector<std::shared_ptr<EntryState>> states, Segment* segment)
        : context_(context), states_(std::move(states)), segment_(segment)
    {
        std::ranges::sort(states_, path_before, [](const auto& state) { return state->path(); });
    }

    void run(Worker& worker) override
    {
        for (auto& state : states_) {
            if (!context_.cancelled && attach(*state, segment_)) {
                state->present.reset();
                if (auto facts = state->destination().stat(state->entry.target())) state->present = *facts;
                static_cast<void>(update(*state, worker, segment_));
            }
            release_directory(context_, state->work->node, segment_);
            state.reset();
        }
    }

private:
    Context& context_;
    std::vector<std::shared_ptr<EntryState>> states_;
    Segment* segment_;
};

/// Puts the files into place that wait for the end of the run, in rapid succession: one task for all.
class PlacingTask : public Task {
public:
    PlacingTask(Context& context, Segment* segment) : context_(context), segment_(segment) {}

    void run(Worker& worker) override
    {
        // Hard links to a file that has just got its place may bring further ones.
        for (auto files = context_.late.take_waiting(); !files.empty(); files = context_.late.take_waiting())
            place_all(worker, files);
    }

private:
    void place_all(Worker& worker, std::vector<LateWork::Waiting>& files)
    {
        std::ranges::sort(files, [](const auto& a, const auto& b) {
            return a.node == b.node ? a.name.str() < b.name.str() : path_before(a.node->path(), b.node->path());
        });
        for (auto& file : files) {
            const bool placed = !context_.cancelled && enter(file.node) && put_into_place(file);
            if (file.then) file.then(worker, placed, segment_);
            // The directory is finished only after its partial directory is gone.
            finished_.push_back(file.node);
        }
        leave();
    }

    /// Holds both directories of the node; false, and told, if they cannot be opened.
    bool enter(const std::shared_ptr<DirectoryNode>& node)
    {
        if (node == node_) return destination_ && waiting_;
        leave();
        node_ = node;
        auto destination = context_.handles.with_room([&] { return node->destination(); });
        if (!destination) {
            context_.fail(segment_, destination.error(), node->destination_path());
            return false;
        }
        destination_ = std::move(*destination);
        auto waiting = context_.handles.with_room([&] { return context_.sides.open_partial(*node, *destination_); });
        if (!waiting) {
            context_.fail(segment_, waiting.error(), node->destination_path());
            return false;
        }
        waiting_ = std::move(*waiting);
        return true;
    }

    void leave()
    {
        waiting_.reset();
        if (node_ && destination_ && !context_.cancelled) context_.sides.remove_empty_partial(*node_, *destination_);
        destination_.reset();
        node_.reset();
        for (const auto& node : std::exchange(finished_, {})) release_directory(context_, node, segment_);
    }

    bool put_into_place(const LateWork::Waiting& file)
    {
        const auto path = [&] { return joined_path(node_->destination_path(), file.name); };
        const auto facts = destination_->stat(file.name);
        const std::string directory_path = node_->path();
        const Place place{.node = *node_,
                          .directory = *destination_,
                          .name = file.name,
                          .present = facts ? &*facts : nullptr,
                          .segment = segment_,
                          .directory_path = directory_path,
                          .filters = no_filters_};
        std::optional<UnlockedName> unlocked;
        if (facts) unlocked.emplace(context_, *destination_, file.name, *facts);
        TemporaryName home(place);
        const auto moved = waiting_->move(file.name, *destination_, home.name());
        if (moved) home.created();
        if (!moved) context_.fail(segment_, moved.error(), path());
        const bool placed = moved && home.put_into_place(context_);
        if (unlocked) placed ? unlocked->gone() : unlocked->kept();
        if (!placed || !context_.job.preservation.file_flags) return placed;
        platform::Metadata source;
        source.flags = file.flags;
        const auto now = destination_->stat(file.name);
        put_flags(context_, segment_, {*destination_, file.name}, source, now ? &*now : nullptr, path);
        return true;
    }

    Context& context_;
    Segment* segment_;
    std::shared_ptr<DirectoryNode> node_;
    HeldDirectory destination_;
    HeldDirectory waiting_;
    std::vector<std::shared_ptr<DirectoryNode>> finished_;  // one for each file
    const Filters no_filters_;
};

}  // namespace

void LateWork::put_later(const EntryState& state, Then then)
{
    state.work->node->retain();
    const std::lock_guard lock(mutex_);
    waiting_.push_back({state.work->node, Name(state.entry.target()), state.source.flags, std::move(then)});
}

void LateWork::try_again(const EntryState& state)
{
    auto again = detached(state);
    again->group = nullptr;
    again->once_more = true;
    state.work->node->retain();
    const std::lock_guard lock(mutex_);
    retries_.push_back(std::move(again));
}

std::vector<LateWork::Waiting> LateWork::take_waiting()
{
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
}

std::vector<std::shared_ptr<EntryState>> LateWork::take_retries()
{
    const std::lock_guard lock(mutex_);
    return std::exchange(retries_, {});
}

std::vector<std::unique_ptr<Task>> make_retry_tasks(Context& context, Segment* segment)
{
    std::vector<std::unique_ptr<Task>> tasks;
    if (auto states = context.late.take_retries(); !states.empty())
        tasks.push_back(std::make_unique<RetryTask>(context, std::move(states), segment));
    return tasks;
}

std::vector<std::unique_ptr<Task>> make_placing_tasks(Context& context, Segment* segment)
{
    std::vector<std::unique_ptr<Task>> tasks;
    if (context.job.writing.delay_updates && !context.job.dry_run)
        tasks.push_back(std::make_unique<PlacingTask>(context, segment));
    return tasks;
}

}  // namespace arsync::sync
