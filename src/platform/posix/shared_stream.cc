#include "platform/posix/shared_stream.h"

#include <condition_variable>
#include <mutex>

#include "base/page_buffer.h"
#include "platform/posix/data_stream.h"
#include "platform/posix/pieced_range.h"

namespace arsync::platform {
namespace {

/// Stays in the cache of one core, and is written in few large folios.
constexpr std::size_t kChunk = std::size_t{512} << 10;
/// One reads while the other writes.
constexpr unsigned kParties = 2;

/// One range on its way.
class Shared {
public:
    Shared(const CopyRequest& request, Extent range, std::size_t chunk)
        : request_(request), chunk_(chunk), range_(request, range, chunk)
    {
    }

    /// Takes chunks until none is left.
    void work()
    {
        const auto buffer = make_page_buffer(chunk_);
        std::unique_lock lock(mutex_);
        while (const auto chunk = range_.take()) {
            lock.unlock();
            const auto reached = stream_range(request_, *chunk, {buffer.get(), chunk_}, &one_writer_);
            lock.lock();
            if (!reached) {
                range_.failed(chunk->begin, reached.error());
                continue;
            }
            range_.copied(*reached - chunk->begin);
            if (*reached < chunk->end) range_.source_ends(*reached);
        }
    }

    void add_helper()
    {
        const std::lock_guard lock(mutex_);
        ++helpers_;
    }
    void helper_done()
    {
        const std::lock_guard lock(mutex_);
        if (--helpers_ == 0) none_.notify_all();
    }

    [[nodiscard]] std::expected<std::uint64_t, CopyError> outcome()
    {
        std::unique_lock lock(mutex_);
        none_.wait(lock, [this] { return helpers_ == 0; });
        return range_.outcome();
    }

private:
    const CopyRequest& request_;
    const std::size_t chunk_;
    std::mutex one_writer_;
    std::mutex mutex_;
    std::condition_variable none_;
    unsigned helpers_ = 0;
    PiecedRange range_;
};

}  // namespace

SharedStream::SharedStream(WorkerPool& pool, const IoSettings& settings)
    : pool_(pool), queue_(settings.queue(kParties, kChunk))
{
}

std::expected<std::uint64_t, CopyError> SharedStream::copy_range(const CopyRequest& request, Extent range)
{
    Shared shared(request, range, queue_.chunk);
    for (unsigned party = 1; party < queue_.depth; ++party) {
        shared.add_helper();
        const bool taken = pool_.offer([&shared] {
            shared.work();
            shared.helper_done();
        });
        if (taken) continue;
        shared.helper_done();
        break;
    }
    shared.work();
    return shared.outcome();
}

}  // namespace arsync::platform
