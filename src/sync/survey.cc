#include "sync/survey.h"

#include <utility>
#include <vector>

#include "sync/subdirectory.h"

namespace arsync::sync {
namespace {

using platform::FileType;

class SurveyTask : public Task {
public:
    SurveyTask(Context& context, std::shared_ptr<DirectoryNode> node, Filters above, Segment* segment)
        : context_(context), node_(std::move(node)), above_(std::move(above)), segment_(segment)
    {
    }

    void run(Worker& /*worker*/) override
    {
        if (context_.cancelled || context_.survey_failed) return;
        DirectoryWork work;
        work.node = node_;
        work.path = node_->path();
        open_sources(context_, work, segment_);
        node_->parent()->remove_opener();

        std::vector<const platform::Directory*> open;
        for (const auto& source : work.sources) {
            if (source) open.push_back(source.get());
        }
        auto filters = enter_filters(context_, above_, work.path, open, segment_);
        if (!filters) return;
        work.source_filters = std::move(*filters);
        for (std::size_t i = 0; i < node_->source_count(); ++i) {
            if (!work.sources[i] || leaves_file_system(context_, *node_, i)) continue;
            static_cast<void>(list_source(context_, *node_, i, work.path, *work.source_filters, segment_,
                                          work.list));  // what cannot be listed is noted
        }
        work.list.finish();
        survey_children(context_, work, segment_);
        node_->remove_opener();
        context_.handles.idle(node_);
    }

    static void survey_children(Context& context, const DirectoryWork& work, Segment* segment)
    {
        std::vector<std::unique_ptr<Task>> children;
        for (const auto& entry : work.list.entries()) {
            if (entry.type != FileType::Directory) continue;
            auto child = DirectoryNode::make_child(work.node, entry.name, entry.name, entry.sources());
            work.node->add_opener();
            children.push_back(std::make_unique<SurveyTask>(context, std::move(child), work.source_filters, segment));
        }
        context.scheduler.push(std::move(children));
    }

private:
    Context& context_;
    std::shared_ptr<DirectoryNode> node_;
    Filters above_;
    Segment* segment_;
};

class RootSurveyTask : public Task {
public:
    RootSurveyTask(Context& context, const Root& root, Segment* segment)
        : context_(context), root_(root), segment_(segment)
    {
    }

    void run(Worker& /*worker*/) override { SurveyTask::survey_children(context_, *root_.work, segment_); }

private:
    Context& context_;
    const Root& root_;
    Segment* segment_;
};

}  // namespace

std::unique_ptr<Task> make_survey_task(Context& context, const Root& root, Segment* segment)
{
    return std::make_unique<RootSurveyTask>(context, root, segment);
}

}  // namespace arsync::sync
