#include "platform/data_pipeline.h"

namespace arsync::platform {

std::unique_ptr<DataPipeline> make_data_pipeline(WorkerPool&)
{
    return nullptr;
}

}  // namespace arsync::platform
