#pragma once
// One large file, copied by several threads at once: each takes the next chunk, reads it, and writes it when the other
// is done writing. That takes a quarter to a third off the time even of what is in the cache already (docs/adr/0008),
// as copying memory is what takes it.

#include <cstdint>

#include "platform/data_pipeline.h"
#include "platform/worker_pool.h"

namespace arsync::platform {

/// For one worker; the pool, which gives it helpers as long as some are idle, is shared. Holds no memory between files.
class SharedStream : public DataPipeline {
public:
    SharedStream(WorkerPool& pool, const IoSettings& settings);

    [[nodiscard]] std::expected<std::uint64_t, CopyError> copy_range(const CopyRequest& request, Extent range) override;

private:
    WorkerPool& pool_;
    const IoSettings::Queue queue_;
};

}  // namespace arsync::platform
