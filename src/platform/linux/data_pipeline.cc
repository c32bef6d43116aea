// Large files: by threads what is in the cache, by io_uring what has to be waited for.

#include "platform/data_pipeline.h"

#include "platform/linux/uring_pipeline.h"
#include "platform/posix/shared_stream.h"

namespace arsync::platform {
namespace {

/// Asked at a few places, as files are often in the cache in part.
bool is_cold(const File& file, Extent range)
{
    constexpr std::uint64_t kPlaces = 4;
    const auto step = (range.end - range.begin) / kPlaces;
    std::uint64_t cold = 0;
    for (std::uint64_t place = 0; place < kPlaces; ++place) {
        if (file.would_wait(range.begin + place * step)) ++cold;
    }
    return cold > kPlaces / 2;
}

class ChoosingPipeline : public DataPipeline {
public:
    ChoosingPipeline(WorkerPool& pool, const IoSettings& settings)
        : engine_(settings.engine), threads_(pool, settings), uring_(settings)
    {
    }

    [[nodiscard]] std::expected<std::uint64_t, CopyError> copy_range(const CopyRequest& request, Extent range) override
    {
        if (wants_uring(request, range)) {
            auto copied = uring_.copy_range(request, range);
            if (copied || !copied.error().error.is(std::errc::not_supported)) return copied;
        }
        return threads_.copy_range(request, range);
    }

    [[nodiscard]] std::optional<Error> refusal() const override { return uring_.refusal(); }

private:
    [[nodiscard]] bool wants_uring(const CopyRequest& request, Extent range) const
    {
        if (engine_ == IoEngine::Auto) return !uring_.refusal() && is_cold(*request.source, range);
        return engine_ == IoEngine::Uring;
    }

    const IoEngine engine_;
    SharedStream threads_;
    UringPipeline uring_;
};

}  // namespace

bool has_engine(IoEngine)
{
    return true;
}

std::unique_ptr<DataPipeline> make_data_pipeline(WorkerPool& pool, const IoSettings& settings)
{
    return std::make_unique<ChoosingPipeline>(pool, settings);
}

}  // namespace arsync::platform
