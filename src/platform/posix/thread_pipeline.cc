#include "platform/posix/thread_pipeline.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "platform/posix/data_stream.h"

namespace arsync::platform {
namespace {

/// One read and one write; with less, F_NOCACHE would cost more than it saves. [fcntl(2)]
constexpr std::uint64_t kChunk = std::uint64_t{1} << 20;
/// Chunks in flight: enough to keep a device busy while another chunk is being written.
constexpr std::size_t kDepth = 4;
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
    Transfer(const CopyRequest& request, Extent range, WorkerPool& pool, EventLoop& loop,
             std::vector<std::unique_ptr<std::byte[]>>& buffers)
        : request_(request),
          range_(range),
          pool_(pool),
          loop_(loop),
          buffers_(buffers),
          next_(range.begin),
          end_(range.end)
    {
    }

    /// Fails as a whole only if the loop does; its completions must not be run any more then.
    [[nodiscard]] Status run()
    {
        for (std::size_t slot = 0; slot < kDepth && next_ < end_; ++slot) start(slot);
        Status ran;
        if (in_flight_ > 0) ran = loop_.run();
        outstanding_.wait();
        return ran;
    }

    [[nodiscard]] std::expected<std::uint64_t, CopyError> outcome() const
    {
        if (error_) {
            uncount_progress(request_, counted_);
            return std::unexpected(*error_);
        }
        return end_;
    }

private:
    struct Result {
        std::uint64_t reached = 0;
        std::optional<CopyError> error;
    };

    void start(std::size_t slot)
    {
        const Extent chunk{next_, std::min(next_ + kChunk, range_.end)};
        next_ = chunk.end;
        ++in_flight_;
        auto result = std::make_shared<Result>();
        pool_.submit(
            loop_,
            [this, slot, chunk, result, outstanding = std::make_shared<Outstanding>(outstanding_)] {
                const auto reached = stream_range(request_, chunk, {buffers_[slot].get(), kChunk});
                result->reached = reached.value_or(chunk.begin);
                if (!reached) result->error = reached.error();
            },
            [this, slot, chunk, result] { finish(slot, chunk, *result); });
    }

    /// On the loop's thread.
    void finish(std::size_t slot, Extent chunk, const Result& result)
    {
        --in_flight_;
        counted_ += result.reached - chunk.begin;
        if (result.error && !error_) error_ = result.error;
        // The source ended early: what lies behind is not wanted any more.
        if (result.reached < chunk.end) end_ = std::min(end_, result.reached);
        if (!error_ && next_ < end_) {
            start(slot);
        } else if (in_flight_ == 0) {
            loop_.stop();
        }
    }

    const CopyRequest& request_;
    const Extent range_;
    WorkerPool& pool_;
    EventLoop& loop_;
    std::vector<std::unique_ptr<std::byte[]>>& buffers_;
    std::uint64_t next_;
    std::uint64_t end_;
    std::uint64_t counted_ = 0;
    std::size_t in_flight_ = 0;
    Outstanding::Counter outstanding_;
    std::optional<CopyError> error_;
};

}  // namespace

std::expected<std::uint64_t, CopyError> ThreadPipeline::copy_range(const CopyRequest& request, Extent range)
{
    if (!loop_) return copy_failed({Operation::Wait, ENOTSUP}, false);
    while (buffers_.size() < kDepth) buffers_.push_back(std::make_unique_for_overwrite<std::byte[]>(kChunk));
    if (request.size >= kHuge) request.source->hint_read_once();
    Transfer transfer(request, range, pool_, *loop_, buffers_);
    if (const auto ran = transfer.run(); !ran) {
        loop_.reset();
        return copy_failed(ran.error(), false);
    }
    return transfer.outcome();
}

}  // namespace arsync::platform
