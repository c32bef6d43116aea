#include "platform/posix/thread_pipeline.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "base/page_buffer.h"
#include "platform/posix/data_stream.h"
#include "platform/posix/pieced_range.h"

namespace arsync::platform {
namespace {

/// One read and one write; with less, F_NOCACHE would cost more than it saves. [fcntl(2)]
constexpr std::size_t kChunk = std::size_t{1} << 20;
/// Chunks in flight: enough to keep a device busy while another chunk is being written.
constexpr unsigned kDepth = 4;
/// A file from this size on would push everything else out of the cache, and is not needed there itself.
constexpr std::uint64_t kHuge = std::uint64_t{256} << 20;

/// Counts a job until nothing of it is left, its completion handed over as well.
class Outstanding {
public:
    /// How many there are. The last one tells under the lock: after that the counter may go.
    class Counter {
    public:
        void wait()
        {
            std::unique_lock lock(mutex_);
            none_.wait(lock, [this] { return count_ == 0; });
        }

    private:
        friend class Outstanding;
        std::mutex mutex_;
        std::condition_variable none_;
        unsigned count_ = 0;
    };

    explicit Outstanding(Counter& counter) : counter_(counter)
    {
        const std::lock_guard lock(counter_.mutex_);
        ++counter_.count_;
    }
    ~Outstanding()
    {
        const std::lock_guard lock(counter_.mutex_);
        if (--counter_.count_ == 0) counter_.none_.notify_all();
    }
    Outstanding(const Outstanding&) = delete;
    Outstanding& operator=(const Outstanding&) = delete;

private:
    Counter& counter_;
};

/// One range on its way: chunks are handed to the pool, their completions come back on the loop's thread.
class Transfer {
public:
    Transfer(const CopyRequest& request, Extent range, std::size_t chunk, WorkerPool& pool, EventLoop& loop,
             std::vector<PageBuffer>& buffers)
        : request_(request), range_(request, range, chunk), chunk_(chunk), pool_(pool), loop_(loop), buffers_(buffers)
    {
    }

    /// Fails as a whole only if the loop does; its completions must not be run any more then.
    [[nodiscard]] Status run()
    {
        for (std::size_t slot = 0; slot < buffers_.size(); ++slot) start(slot);
        Status ran;
        if (in_flight_ > 0) ran = loop_.run();
        outstanding_.wait();
        return ran;
    }

    [[nodiscard]] std::expected<std::uint64_t, CopyError> outcome() const { return range_.outcome(); }

private:
    struct Result {
        std::uint64_t reached = 0;
        std::optional<CopyError> error;
    };

    void start(std::size_t slot)
    {
        const auto chunk = range_.take();
        if (!chunk) return;
        ++in_flight_;
        auto result = std::make_shared<Result>();
        pool_.submit(
            loop_,
            [this, slot, chunk = *chunk, result, outstanding = std::make_shared<Outstanding>(outstanding_)] {
                const auto reached = stream_range(request_, chunk, {buffers_[slot].get(), chunk_});
                result->reached = reached.value_or(chunk.begin);
                if (!reached) result->error = reached.error();
            },
            [this, slot, chunk = *chunk, result] { finish(slot, chunk, *result); });
    }

    /// On the loop's thread.
    void finish(std::size_t slot, Extent chunk, const Result& result)
    {
        --in_flight_;
        range_.copied(result.reached - chunk.begin);
        if (result.error) {
            range_.failed(chunk.begin, *result.error);
        } else if (result.reached < chunk.end) {
            range_.source_ends(result.reached);
        }
        start(slot);
        if (in_flight_ == 0) loop_.stop();
    }

    const CopyRequest& request_;
    PiecedRange range_;
    const std::size_t chunk_;
    WorkerPool& pool_;
    EventLoop& loop_;
    std::vector<PageBuffer>& buffers_;
    std::size_t in_flight_ = 0;
    Outstanding::Counter outstanding_;
};

}  // namespace

ThreadPipeline::ThreadPipeline(WorkerPool& pool, EventLoop loop, const IoSettings& settings)
    : pool_(pool), loop_(std::move(loop)), queue_(settings.queue(kDepth, kChunk))
{
}

std::expected<std::uint64_t, CopyError> ThreadPipeline::copy_range(const CopyRequest& request, Extent range)
{
    if (!loop_) return copy_failed({Operation::Wait, ENOTSUP}, false);
    while (buffers_.size() < queue_.depth) buffers_.push_back(make_page_buffer(queue_.chunk));
    if (request.size >= kHuge) request.source->hint_read_once();
    Transfer transfer(request, range, queue_.chunk, pool_, *loop_, buffers_);
    if (const auto ran = transfer.run(); !ran) {
        loop_.reset();
        return copy_failed(ran.error(), false);
    }
    return transfer.outcome();
}

}  // namespace arsync::platform
