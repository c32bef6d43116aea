#include "sync/survey.h"

#include <atomic>
#include <utility>
#include <vector>

#include "sync/opened_directory.h"
#include "sync/selection.h"
#include "sync/subdirectory.h"

namespace arsync::sync {
namespace {

using platform::FileType;

/// What -m wants to know of a directory. It is settled when all below it are: then it is empty, and its parent may be
/// as well, or the empty ones in it are the uppermost of theirs.
class Fullness {
public:
    Fullness(std::shared_ptr<Fullness> above, std::string path) : above_(std::move(above)), path_(std::move(path)) {}

    void expect(std::size_t children) { open_.fetch_add(children, std::memory_order_relaxed); }
    void keep() { kept_ = true; }

    /// The directory was listed, or one below it is settled; the last one settles this one, and so upwards.
    static void settle(Context& context, std::shared_ptr<Fullness> at)
    {
        while (at && at->open_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            auto above = at->above_;
            if (above) above->take(*at);
            if (at->kept_ || !above) at->prune(context);
            at = std::move(above);
        }
    }

private:
    void take(Fullness& child)
    {
        if (child.kept_) {
            kept_ = true;
            return;
        }
        const std::lock_guard lock(mutex_);
        empty_.push_back(std::move(child.path_));
        empty_directories_ += child.empty_directories_ + 1;
    }

    /// What is empty in a directory that is not.
    void prune(Context& context)
    {
        if (empty_.empty()) return;
        // rsync counts them among the files that it found.
        context.progress->found.directories.fetch_add(empty_directories_, std::memory_order_relaxed);
        const std::lock_guard lock(context.pruned_mutex);
        for (auto& path : empty_) context.pruned.insert(std::move(path));
    }

    std::shared_ptr<Fullness> above_;
    std::string path_;
    std::atomic<std::size_t> open_ = 1;
    std::atomic<bool> kept_ = false;
    std::mutex mutex_;
    std::vector<std::string> empty_;
    std::uint64_t empty_directories_ = 0;
};

/// A directory that a rule protects at the destination is kept even if it is empty, as in rsync.
bool is_protected(const DirectoryWork& above, const std::string& path)
{
    return above.destination_filters &&
           above.destination_filters->check(path, true, rules::Side::Receiver) == rules::Verdict::Exclude;
}

}  // namespace

/// Directories in which something could not be read, or perhaps elsewhere at the same time.
struct SurveyTroubles {
    struct In {
        std::shared_ptr<DirectoryNode> node;
        std::string path;
        Filters above;
    };
    std::mutex mutex;
    std::vector<In> all;
};

namespace {

/// Whether nothing more is to be found out.
bool is_over(const Context& context, const std::shared_ptr<Fullness>& fullness)
{
    if (!context.cancelled && (!context.survey_failed || fullness)) return false;
    if (fullness) fullness->keep();  // not known
    return true;
}

/// A directory whose names are known, on the way through those that are directories.
class SurveyedDirectory {
public:
    /// `above`: the rules above it. `fullness`: null where nobody asks.
    SurveyedDirectory(Context& context, std::shared_ptr<DirectoryWork> work, Filters above,
                      std::shared_ptr<Fullness> fullness, std::shared_ptr<SurveyTroubles> troubles, Segment* segment)
        : context_(context),
          work_(std::move(work)),
          above_(std::move(above)),
          fullness_(std::move(fullness)),
          troubles_(std::move(troubles)),
          segment_(segment)
    {
        if (fullness_ && !work_->missing.empty()) fullness_->keep();  // names to be deleted count as well
    }

    /// Something in it could not be read.
    void note_trouble();
    /// Starts the tasks of the next directories, and one that goes on after them.
    void go_on();
    /// The same for what a list was too long for.
    void go_on_with_rest();

private:
    [[nodiscard]] std::unique_ptr<Task> survey_child(const Entry& entry);
    void list_rest(const Remainder& rest);
    void finish();

    Context& context_;
    std::shared_ptr<DirectoryWork> work_;
    Filters above_;
    std::shared_ptr<Fullness> fullness_;
    std::shared_ptr<SurveyTroubles> troubles_;
    Segment* segment_;
    std::size_t next_ = 0;
};

class RestSurveyTask : public Task {
public:
    explicit RestSurveyTask(SurveyedDirectory directory) : directory_(std::move(directory)) {}

    void run(Worker& /*worker*/) override { directory_.go_on_with_rest(); }

private:
    SurveyedDirectory directory_;
};

class SurveyTask : public Task {
public:
    SurveyTask(Context& context, std::shared_ptr<DirectoryNode> node, const DirectoryWork& above,
               std::shared_ptr<Fullness> fullness, std::shared_ptr<SurveyTroubles> troubles, Segment* segment)
        : context_(context),
          node_(std::move(node)),
          path_(joined_path(above.path, *node_->name())),
          above_(above.source_filters),
          protecting_(above.destination_filters),
          fullness_(std::move(fullness)),
          troubles_(std::move(troubles)),
          segment_(segment)
    {
    }

    void run(Worker& /*worker*/) override
    {
        if (!list() && fullness_) Fullness::settle(context_, fullness_);
    }

private:
    /// False: there is nothing more to do in it.
    bool list()
    {
        if (is_over(context_, fullness_)) return false;
        auto work = std::make_shared<DirectoryWork>();
        work->node = node_;
        work->path = std::move(path_);
        work->destination_filters = protecting_;
        const auto doubts = context_.survey_doubts.load();
        open_sources(context_, *work, segment_);
        node_->parent()->remove_opener();

        if (!enter_source_filters(context_, *work, above_, segment_)) return false;
        list_open_sources(context_, *work, segment_);
        const bool trouble = work->incomplete || context_.survey_doubts != doubts;
        collect_missing(*work);
        SurveyedDirectory directory(context_, std::move(work), above_, fullness_, troubles_, segment_);
        if (trouble) directory.note_trouble();
        directory.go_on();
        return true;
    }

    Context& context_;
    std::shared_ptr<DirectoryNode> node_;
    std::string path_;
    Filters above_;
    Filters protecting_;
    std::shared_ptr<Fullness> fullness_;
    std::shared_ptr<SurveyTroubles> troubles_;
    Segment* segment_;
};

void SurveyedDirectory::go_on()
{
    std::vector<std::unique_ptr<Task>> children;
    const auto& entries = work_->list.entries();
    for (; next_ < entries.size() && children.size() < kMostWaiting; ++next_) {
        if (entries[next_].is_directory()) {
            children.push_back(survey_child(entries[next_]));
        } else if (fullness_) {
            fullness_->keep();
        }
    }
    if (fullness_) fullness_->expect(children.size());
    if (next_ == entries.size() && !remainder_of(*work_)) {
        finish();
    } else {
        children.push_back(std::make_unique<RestSurveyTask>(*this));
    }
    context_.scheduler.push(std::move(children));
}

void SurveyedDirectory::go_on_with_rest()
{
    if (is_over(context_, fullness_)) return finish();
    if (next_ == work_->list.entries().size()) list_rest(*remainder_of(*work_));
    go_on();
}

void SurveyedDirectory::list_rest(const Remainder& rest)
{
    work_ = rest.work;
    next_ = 0;
    const auto doubts = context_.survey_doubts.load();
    list_remainder(context_, rest, segment_);
    if (work_->incomplete || context_.survey_doubts != doubts) note_trouble();
}

void SurveyedDirectory::note_trouble()
{
    if (!fullness_) return;
    auto& node = *work_->node;
    if (work_->sources.front()) node.source_metadata.identity = node.source_at(0).handle.identity();
    const std::lock_guard lock(troubles_->mutex);
    troubles_->all.push_back({work_->node, work_->path, above_});
}

/// But for what is below it. The walk still needs the root.
void SurveyedDirectory::finish()
{
    if (work_->node->parent()) {
        work_->node->remove_opener();
        context_.handles.idle(work_->node);
    }
    if (fullness_) Fullness::settle(context_, fullness_);
}

std::unique_ptr<Task> SurveyedDirectory::survey_child(const Entry& entry)
{
    auto child = make_child_node(context_, work_->node, entry);
    work_->node->add_opener();
    std::shared_ptr<Fullness> inside;
    if (fullness_) {
        const auto path = joined_path(work_->path, entry.name);
        inside = std::make_shared<Fullness>(fullness_, path);
        const bool only_a_way = !context_.job.selection.implied && is_implied(*work_->node, entry);
        if (is_protected(*work_, path) && !only_a_way) inside->keep();
    }
    return std::make_unique<SurveyTask>(context_, std::move(child), *work_, std::move(inside), troubles_, segment_);
}

class RootSurveyTask : public Task {
public:
    RootSurveyTask(Context& context, const Root& root, std::shared_ptr<SurveyTroubles> troubles, Segment* segment)
        : context_(context), root_(root), troubles_(std::move(troubles)), segment_(segment)
    {
    }

    void run(Worker& /*worker*/) override
    {
        const bool asked = context_.job.selection.prune_empty;
        auto fullness = asked ? std::make_shared<Fullness>(nullptr, "") : nullptr;
        SurveyedDirectory(context_, root_.work, nullptr, std::move(fullness), troubles_, segment_).go_on();
    }

private:
    Context& context_;
    const Root& root_;
    std::shared_ptr<SurveyTroubles> troubles_;
    Segment* segment_;
};

/// Opens and lists a directory once more, only to tell what fails.
class TellingTask : public Task {
public:
    TellingTask(Context& context, SurveyTroubles::In in, Segment* segment)
        : context_(context), in_(std::move(in)), segment_(segment)
    {
    }

    void run(Worker& /*worker*/) override
    {
        if (context_.cancelled) return;
        DirectoryWork work;
        work.node = in_.node;
        work.path = in_.path;
        open_sources(context_, work, segment_);
        if (enter_source_filters(context_, work, in_.above, segment_)) list_open_sources(context_, work, segment_);
    }

private:
    Context& context_;
    SurveyTroubles::In in_;
    Segment* segment_;
};

bool is_pruned(const Context& context, const std::string& path)
{
    for (auto end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
        if (context.pruned.contains(path.substr(0, end))) return true;
    }
    return context.pruned.contains(path);
}

}  // namespace

Survey::Survey(Context& context, const Root& root, Segment* segment)
    : context_(context), root_(root), segment_(segment), troubles_(std::make_shared<SurveyTroubles>())
{
}

std::unique_ptr<Task> Survey::task()
{
    return std::make_unique<RootSurveyTask>(context_, root_, troubles_, segment_);
}

std::vector<std::unique_ptr<Task>> Survey::tell_of_pruned()
{
    std::vector<std::unique_ptr<Task>> tasks;
    for (auto& in : troubles_->all) {
        if (is_pruned(context_, in.path))
            tasks.push_back(std::make_unique<TellingTask>(context_, std::move(in), segment_));
    }
    return tasks;
}

void drop_pruned(const Context& context, SourceList& list, const std::string& path)
{
    if (context.pruned.empty()) return;
    list.drop([&](const Entry& entry) {
        return entry.type == FileType::Directory && context.pruned.contains(joined_path(path, entry.name));
    });
}

}  // namespace arsync::sync
