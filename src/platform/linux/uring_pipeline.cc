#include "platform/linux/uring_pipeline.h"

#include <cerrno>
#include <vector>

#include "platform/linux/read_write_flags.h"
#include "platform/posix/data_stream.h"
#include "platform/posix/pieced_range.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

/// As quick as 1 MiB, for a quarter of the memory (ADR 8).
constexpr std::size_t kChunk = std::size_t{256} << 10;
constexpr unsigned kDepth = 8;

/// One range on its way: each slot of the ring reads a chunk, writes it, and takes the next one.
class Transfer {
public:
    Transfer(const CopyRequest& request, Extent range, Uring& ring)
        : request_(request),
          range_(request, range, ring.chunk()),
          begin_(range.begin),
          ring_(ring),
          slots_(ring.depth()),
          flags_(request.caching == Caching::Once ? kNotKept : 0)
    {
    }

    /// Fails as a whole only if the ring does, whose state is unknown then.
    [[nodiscard]] Status run()
    {
        for (unsigned slot = 0; slot < ring_.depth(); ++slot) start(slot);
        while (in_flight_ > 0) {
            const auto waited = ring_.wait([this](unsigned slot, int result) { done(slot, result); });
            if (waited) continue;
            range_.failed(begin_, {waited.error(), false});
            return waited;
        }
        return {};
    }

    [[nodiscard]] std::expected<std::uint64_t, CopyError> outcome() const { return range_.outcome(); }

private:
    /// Its buffer holds the bytes of the source from `offset` on.
    struct Slot {
        std::uint64_t offset = 0;
        std::size_t wanted = 0;   // bytes to read
        std::size_t read = 0;     // bytes that the buffer holds
        std::size_t written = 0;  // of these
        bool writing = false;
    };

    void start(unsigned index)
    {
        const auto chunk = range_.take();
        if (!chunk) return;
        if (is_cancelled(request_.cancel)) return range_.failed(chunk->begin, {{Operation::Copy, ECANCELED}, false});
        slots_[index] = {.offset = chunk->begin, .wanted = static_cast<std::size_t>(chunk->end - chunk->begin)};
        ++in_flight_;
        ring_.read(index, chunk->begin, 0, slots_[index].wanted, flags_);
    }

    void done(unsigned index, int result)
    {
        auto& slot = slots_[index];
        --in_flight_;
        if (const int fault = sys::injected_fault(slot.writing ? "io_uring_write" : "io_uring_read"); fault != 0)
            result = -fault;
        if (result == -EOPNOTSUPP && flags_ != 0) {
            flags_ = 0;  // one of the file systems cannot: it stays in the cache
            return again(index);
        }
        if (result == -EINTR || result == -EAGAIN) return again(index);
        if (result < 0) {
            range_.failed(slot.offset, {{slot.writing ? Operation::Write : Operation::Read, -result}, !slot.writing});
        } else if (slot.writing) {
            wrote(index, static_cast<std::size_t>(result));
        } else {
            has_read(index, static_cast<std::size_t>(result));
        }
    }

    void again(unsigned index)
    {
        auto& slot = slots_[index];
        ++in_flight_;
        if (slot.writing) {
            ring_.write(index, slot.offset, slot.written, slot.read, flags_);
        } else {
            ring_.read(index, slot.offset, slot.read, slot.wanted, flags_);
        }
    }

    void has_read(unsigned index, std::size_t count)
    {
        auto& slot = slots_[index];
        slot.read += count;
        if (count > 0 && slot.read < slot.wanted) return again(index);
        if (slot.read < slot.wanted) range_.source_ends(slot.offset + slot.read);
        if (slot.read == 0) return;
        slot.writing = true;
        again(index);
    }

    void wrote(unsigned index, std::size_t count)
    {
        auto& slot = slots_[index];
        if (count == 0) return range_.failed(slot.offset, {{Operation::Write, EIO}, false});
        slot.written += count;
        if (slot.written < slot.read) return again(index);
        range_.copied(slot.read);
        count_progress(request_, slot.read);
        start(index);
    }

    const CopyRequest& request_;
    PiecedRange range_;
    const std::uint64_t begin_;
    Uring& ring_;
    std::vector<Slot> slots_;
    int flags_;
    unsigned in_flight_ = 0;
};

}  // namespace

UringPipeline::UringPipeline(const IoSettings& settings) : queue_(settings.queue(kDepth, kChunk)) {}

bool UringPipeline::ready()
{
    if (ring_) return true;
    if (refusal_) return false;
    auto made = Uring::create(queue_.depth, queue_.chunk);
    if (made) {
        ring_ = std::move(*made);
    } else {
        refusal_ = made.error();
    }
    return ring_ != nullptr;
}

std::expected<std::uint64_t, CopyError> UringPipeline::copy_range(const CopyRequest& request, Extent range)
{
    if (!ready()) return copy_failed({Operation::Copy, ENOTSUP}, false);
    const auto files = ring_->use_files(request.source->handle().get(), request.target->handle().get());
    if (!files) return copy_failed(files.error(), false);
    Transfer transfer(request, range, *ring_);
    auto ran = transfer.run();
    // The ring must not keep the files open behind their closing.
    if (ran) ran = ring_->use_files(-1, -1);
    if (!ran) {
        refusal_ = ran.error();
        ring_.reset();
    }
    return transfer.outcome();
}

}  // namespace arsync::platform
