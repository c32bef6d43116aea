#include "platform/data_pipeline.h"

#include "platform/posix/thread_pipeline.h"

namespace arsync::platform {

std::unique_ptr<DataPipeline> make_data_pipeline(WorkerPool& pool)
{
    auto loop = EventLoop::create(EventLoop::Signals::Left);
    if (!loop) return nullptr;  // out of descriptors: without it the copy takes the next rung
    return std::make_unique<ThreadPipeline>(pool, std::move(*loop));
}

}  // namespace arsync::platform
