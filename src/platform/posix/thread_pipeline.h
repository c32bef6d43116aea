#pragma once
// The data pipeline by threads: several chunks of a large file are read and written at the same time.

#include <memory>
#include <optional>
#include <vector>

#include "base/page_buffer.h"
#include "platform/data_pipeline.h"
#include "platform/worker_pool.h"

namespace arsync::platform {

/// For one worker; the pool is shared.
class ThreadPipeline : public DataPipeline {
public:
    ThreadPipeline(WorkerPool& pool, EventLoop loop, const IoSettings& settings);

    [[nodiscard]] std::expected<std::uint64_t, CopyError> copy_range(const CopyRequest& request, Extent range) override;

private:
    WorkerPool& pool_;
    std::optional<EventLoop> loop_;  // none after it has failed
    const IoSettings::Queue queue_;
    std::vector<PageBuffer> buffers_;
};

}  // namespace arsync::platform
