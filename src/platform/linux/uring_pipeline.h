#pragma once
// The data pipeline by io_uring: many chunks of a large file are being read and written at the same time. It pays where
// the device answers late; what is in the cache is copied by threads (posix/shared_stream.h).

#include <memory>
#include <optional>

#include "platform/data_pipeline.h"
#include "platform/linux/uring.h"

namespace arsync::platform {

/// For one worker.
class UringPipeline : public DataPipeline {
public:
    explicit UringPipeline(const IoSettings& settings);

    [[nodiscard]] std::expected<std::uint64_t, CopyError> copy_range(const CopyRequest& request, Extent range) override;
    [[nodiscard]] std::optional<Error> refusal() const override { return refusal_; }

private:
    /// Sets the ring up when it is needed for the first time.
    [[nodiscard]] bool ready();

    const IoSettings::Queue queue_;
    std::unique_ptr<Uring> ring_;
    std::optional<Error> refusal_;
};

}  // namespace arsync::platform
