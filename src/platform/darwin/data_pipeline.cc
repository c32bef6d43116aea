#include "platform/data_pipeline.h"

#include "platform/posix/thread_pipeline.h"

namespace arsync::platform {

bool has_engine(IoEngine engine)
{
    return engine != IoEngine::Uring;
}

std::unique_ptr<DataPipeline> make_data_pipeline(WorkerPool& pool, const IoSettings& settings)
{
    auto loop = EventLoop::create(EventLoop::Signals::Left);
    if (!loop) return nullptr;  // out of descriptors: without it the copy takes the next rung
    return std::make_unique<ThreadPipeline>(pool, std::move(*loop), settings);
}

}  // namespace arsync::platform
