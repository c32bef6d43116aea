#include "sync/delta_copy.h"

#include <algorithm>
#include <memory>

#include "base/page_buffer.h"
#include "platform/file_ranges.h"
#include "sync/delta.h"

namespace arsync::sync {
namespace {

using platform::CopyError;
using platform::File;

/// One piece of what was matched, so that it can be watched and cancelled.
constexpr std::uint64_t kPiece = std::uint64_t{16} << 20;
constexpr std::size_t kPage = 4096;
/// Compared at once with what is there.
constexpr std::size_t kCompared = std::size_t{256} << 10;

Content content_of(const File& file, std::uint64_t size, platform::Caching caching)
{
    const auto read = [&file, caching](std::uint64_t at, std::span<std::byte> into) {
        return file.read_at(at, into, caching);
    };
    return {read, size};
}

class FileSink : public DeltaSink {
public:
    FileSink(const DeltaCopyRequest& request, std::uint32_t block_length, std::span<std::byte> buffer)
        : request_(request), block_length_(block_length), buffer_(buffer)
    {
    }

    Status literal(std::uint64_t at, std::span<const std::byte> data) override
    {
        const auto& copy = request_.copy;
        const auto chunk = copy.pace == nullptr ? data.size() : copy.pace->chunk();
        while (!data.empty() && !cancelled()) {
            const auto piece = data.first(std::min(data.size(), chunk));
            if (copy.pace != nullptr) copy.pace->wait_for(piece.size());
            if (const auto written = write(at, piece); !written) return written;
            count(piece.size());
            at += piece.size();
            data = data.subspan(piece.size());
        }
        return {};
    }

    Status matched(std::uint64_t from, std::uint64_t at, std::uint64_t length) override
    {
        matched_ += length;
        blocks_ += (length + block_length_ - 1) / block_length_;
        const bool stays = is_in_place() && from == at;
        while (length > 0 && !cancelled()) {
            const auto piece = std::min(length, leaves_holes() || is_in_place() ? buffer_.size() : kPiece);
            if (!stays) {
                if (const auto copied = copy(from, at, piece); !copied) return copied;
            }
            count(piece);
            from += piece;
            at += piece;
            length -= piece;
        }
        return {};
    }

    [[nodiscard]] std::uint64_t matched_bytes() const { return matched_; }
    [[nodiscard]] std::uint64_t matched_blocks() const { return blocks_; }
    [[nodiscard]] bool is_in_place() const { return request_.basis == request_.copy.target; }

private:
    [[nodiscard]] bool cancelled() const { return request_.copy.cancel != nullptr && *request_.copy.cancel; }
    [[nodiscard]] bool leaves_holes() const
    {
        return request_.copy.zeros_become_holes || request_.copy.source_has_holes;
    }

    Status write(std::uint64_t at, std::span<const std::byte> data)
    {
        return is_in_place() && at < request_.basis_size ? write_changes(at, data) : write_all(at, data);
    }

    /// In place: pages that hold the same bytes already are not written. A block that differs does so in a few places
    /// only, and a run of zeros that has moved lies over other zeros.
    Status write_changes(std::uint64_t at, std::span<const std::byte> data)
    {
        if (!old_) old_ = make_page_buffer(kCompared);
        while (!data.empty()) {
            const auto piece = data.first(std::min<std::size_t>(data.size(), kCompared - at % kPage));
            const auto count = request_.copy.target->read_at(at, {old_.get(), piece.size()});
            if (!count) return std::unexpected(count.error());
            if (const auto written = write_differing(at, piece, {old_.get(), *count}); !written) return written;
            at += piece.size();
            data = data.subspan(piece.size());
        }
        return {};
    }

    Status write_differing(std::uint64_t at, std::span<const std::byte> data, std::span<const std::byte> old)
    {
        const auto end_of_page = [&](std::size_t from) {
            return std::min<std::size_t>(data.size(), from + kPage - (at + from) % kPage);
        };
        const auto differs = [&](std::size_t from, std::size_t end) {
            return end > old.size() ||
                   !std::ranges::equal(data.subspan(from, end - from), old.subspan(from, end - from));
        };
        for (std::size_t from = 0; from < data.size();) {
            auto end = end_of_page(from);
            const bool changed = differs(from, end);
            while (end < data.size() && differs(end, end_of_page(end)) == changed) end = end_of_page(end);
            if (changed) {
                if (const auto written = write_all(at + from, data.subspan(from, end - from)); !written) return written;
            }
            from = end;
        }
        return {};
    }

    Status write_all(std::uint64_t at, std::span<const std::byte> data)
    {
        const auto& copy = request_.copy;
        if (!leaves_holes()) return copy.target->write_at(at, data, copy.caching);
        return platform::write_without_zeros(*copy.target, platform::old_blocks(copy), at, data);
    }

    Status copy(std::uint64_t from, std::uint64_t at, std::uint64_t length)
    {
        if (leaves_holes() || is_in_place()) {
            const auto data = buffer_.first(length);
            const auto count = request_.basis->read_at(from, data);
            if (!count) return std::unexpected(count.error());
            if (*count < length) return fail(Operation::Read, std::errc::io_error);
            return write(at, data);
        }
        const auto copied = platform::copy_piece(*request_.basis, from, *request_.copy.target, at, length, buffer_);
        if (!copied) return std::unexpected(copied.error().error);
        if (*copied < length) return fail(Operation::Read, std::errc::io_error);  // the basis was cut meanwhile
        return {};
    }

    void count(std::uint64_t bytes)
    {
        if (request_.copy.progress != nullptr) request_.copy.progress->fetch_add(bytes, std::memory_order_relaxed);
    }

    const DeltaCopyRequest& request_;
    const std::uint32_t block_length_;
    std::span<std::byte> buffer_;
    PageBuffer old_;
    std::uint64_t matched_ = 0;
    std::uint64_t blocks_ = 0;
};

}  // namespace

std::expected<DeltaCopyOutcome, CopyError> copy_delta(const DeltaCopyRequest& request, std::span<std::byte> buffer)
{
    const auto& copy = request.copy;
    const auto block = request.block_length != 0 ? request.block_length : default_block_length(request.basis_size);
    FileSink sink(request, block, buffer);
    const DeltaRequest delta{
        .source = content_of(*copy.source, copy.size, copy.caching),
        .basis = content_of(*request.basis, request.basis_size, copy.caching),
        .block_length = block,
        .updates_basis = sink.is_in_place(),
        .cancel = copy.cancel,
    };
    const auto size = find_delta(delta, sink);
    if (!size) return std::unexpected(CopyError{size.error().error, size.error().where == DeltaError::Where::Source});
    if (copy.cancel != nullptr && *copy.cancel)
        return std::unexpected(CopyError{{Operation::Copy, static_cast<int>(std::errc::operation_canceled)}, false});
    // The end may be a hole, and a target that was longer is cut.
    if (const auto cut = copy.target->truncate(*size); !cut) return std::unexpected(CopyError{cut.error(), false});
    return DeltaCopyOutcome{*size, sink.matched_bytes(), sink.matched_blocks()};
}

}  // namespace arsync::sync
