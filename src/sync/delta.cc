#include "sync/delta.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "base/page_buffer.h"

namespace arsync::sync {
namespace {

using Where = DeltaError::Where;

/// Literal data goes to the sink in pieces of at least this much, where there is so much in a row.
constexpr std::size_t kLiteralPiece = std::size_t{256} << 10;
constexpr std::size_t kBasisWindow = std::size_t{256} << 10;
/// How many positions are looked at between two questions whether to go on.
constexpr std::size_t kStretch = std::size_t{64} << 10;

using Failed = std::optional<DeltaError>;

bool is_cancelled(const DeltaRequest& request)
{
    return request.cancel != nullptr && request.cancel->load(std::memory_order_relaxed);
}

DeltaError cancelled()
{
    return {Where::Cancelled, {Operation::Copy, ECANCELED}};
}

/// A content that is looked at nearly in order, through a buffer.
class Window {
public:
    Window(const Content& content, std::size_t size)
        : content_(content), capacity_(size), buffer_(make_page_buffer(size))
    {
    }

    /// At most `length` bytes at `at`, fewer at the end; `length` must not be more than the window's size.
    Result<std::span<const std::byte>> get(std::uint64_t at, std::size_t length)
    {
        if (at < begin_ || at + length > begin_ + filled_) {
            const auto wanted = std::min<std::uint64_t>(capacity_, content_.size > at ? content_.size - at : 0);
            const auto count = content_.read(at, {buffer_.get(), static_cast<std::size_t>(wanted)});
            if (!count) return std::unexpected(count.error());
            begin_ = at;
            filled_ = *count;
        }
        const auto offset = static_cast<std::size_t>(at - begin_);
        return std::span<const std::byte>(buffer_.get() + offset, std::min(length, filled_ - offset));
    }

private:
    const Content& content_;
    std::size_t capacity_;
    PageBuffer buffer_;
    std::uint64_t begin_ = 0;
    std::size_t filled_ = 0;
};

class Search {
public:
    Search(const DeltaRequest& request, DeltaSink& sink)
        : request_(request),
          sink_(sink),
          block_(request.block_length),
          table_(request.basis.size, block_),
          basis_(request.basis, std::max<std::size_t>(block_, kBasisWindow)),
          capacity_(2 * kLiteralPiece + 2 * std::size_t{block_}),
          buffer_(make_page_buffer(capacity_))
    {
    }

    std::expected<std::uint64_t, DeltaError> run()
    {
        if (auto failed = sum_basis()) return std::unexpected(*failed);
        for (;;) {
            if (is_cancelled(request_)) return std::unexpected(cancelled());
            if (auto failed = fill()) return std::unexpected(*failed);
            if (at_ == end()) break;
            if (auto failed = step()) return std::unexpected(*failed);
        }
        if (auto failed = flush_literal()) return std::unexpected(*failed);
        if (auto failed = flush_match()) return std::unexpected(*failed);
        return end();
    }

private:
    Failed sum_basis()
    {
        std::uint64_t at = 0;
        for (std::uint64_t i = 0; i < table_.count(); ++i) {
            if (is_cancelled(request_)) return cancelled();
            const auto length = table_.length_of(i);
            const auto data = basis_.get(at, length);
            if (!data) return DeltaError{Where::Basis, data.error()};
            if (data->size() < length) return DeltaError{Where::Basis, {Operation::Read, EIO}};  // it was cut meanwhile
            table_.set(i, *data);
            at += length;
        }
        table_.index(request_.updates_basis);
        return std::nullopt;
    }

    [[nodiscard]] std::uint64_t end() const { return begin_ + filled_; }
    [[nodiscard]] std::span<const std::byte> bytes(std::uint64_t at, std::size_t length) const
    {
        return {buffer_.get() + (at - begin_), length};
    }

    /// Reads on, so that there is a window and one byte more at the position, or all that the source still has.
    Failed fill()
    {
        if (ended_ || end() - at_ > block_) return std::nullopt;
        const auto kept = static_cast<std::size_t>(end() - literal_);
        std::memmove(buffer_.get(), buffer_.get() + (literal_ - begin_), kept);
        begin_ = literal_;
        filled_ = kept;
        const auto room = std::min<std::uint64_t>(capacity_ - kept, request_.source.size - end());
        const auto count = request_.source.read(end(), {buffer_.get() + kept, static_cast<std::size_t>(room)});
        if (!count) return DeltaError{Where::Source, count.error()};
        filled_ += *count;
        ended_ = *count < room || end() >= request_.source.size;
        return std::nullopt;
    }

    /// Goes on to the next match, or some way towards it.
    Failed step()
    {
        const auto window = static_cast<std::size_t>(std::min<std::uint64_t>(block_, end() - at_));
        for (const auto from : {stays(window), continues(window)}) {
            const auto same = from ? is_at(*from, window) : Result<bool>(false);
            if (!same) return DeltaError{Where::Basis, same.error()};
            if (*same) return take(*from, window);
        }

        RollingSum sum(bytes(at_, window));
        auto length = window;
        for (std::size_t tried = 0; tried < kStretch; ++tried) {
            const auto found = find(sum.value(), length);
            if (!found) return DeltaError{Where::Basis, found.error()};
            if (*found != BlockTable::kNone) return take(std::uint64_t{*found} * block_, length);
            const bool more = end() - at_ > length;
            if (!more && !ended_) break;
            if (!more) return search_tail();
            sum.roll(buffer_[at_ - begin_], buffer_[at_ - begin_ + length]);
            ++at_;
            if (at_ - literal_ >= kLiteralPiece) break;
        }
        return at_ - literal_ >= kLiteralPiece ? flush_literal() : std::nullopt;
    }

    /// Where less than a block is left, only a last short block of the basis can still match: at the very end.
    Failed search_tail()
    {
        const auto length = table_.count() == 0 ? block_ : table_.length_of(table_.count() - 1);
        const auto tail = end() - length;
        const bool possible = length < block_ && length <= end() && tail > at_;
        if (!possible) {
            at_ = end();
            return std::nullopt;
        }
        at_ = tail;
        const auto found = find(RollingSum(bytes(at_, length)).value(), length);
        if (!found) return DeltaError{Where::Basis, found.error()};
        if (*found != BlockTable::kNone) return take(std::uint64_t{*found} * block_, length);
        at_ = end();
        return std::nullopt;
    }

    /// A block in its old place need not even be written.
    [[nodiscard]] std::optional<std::uint64_t> stays(std::size_t window) const
    {
        const bool possible = request_.updates_basis && at_ % block_ == 0 && at_ < request_.basis.size &&
                              table_.length_of(at_ / block_) == window;
        return possible ? std::optional(at_) : std::nullopt;
    }

    /// Blocks tend to follow each other as they did: that needs no checksum.
    [[nodiscard]] std::optional<std::uint64_t> continues(std::size_t window) const
    {
        if (next_of_basis_ >= request_.basis.size) return std::nullopt;
        const auto index = next_of_basis_ / block_;
        if (request_.updates_basis && next_of_basis_ < at_ && !table_.is_kept(index)) return std::nullopt;
        return table_.length_of(index) == window ? std::optional(next_of_basis_) : std::nullopt;
    }

    Result<bool> is_at(std::uint64_t from, std::size_t length)
    {
        const auto old = basis_.get(from, length);
        if (!old) return std::unexpected(old.error());
        return old->size() == length && std::memcmp(old->data(), bytes(at_, length).data(), length) == 0;
    }

    /// The block that has what is at the position.
    Result<std::uint32_t> find(std::uint32_t weak, std::size_t length)
    {
        if (!table_.may_have(weak)) return BlockTable::kNone;
        if (const auto here = stays(length)) {
            const auto same = is_at(*here, length);
            if (!same) return std::unexpected(same.error());
            if (*same) return static_cast<std::uint32_t>(*here / block_);
        }
        const auto least = request_.updates_basis ? (at_ + block_ - 1) / block_ : 0;
        std::optional<Error> error;
        const auto found = table_.find(weak, bytes(at_, length), least, [&](std::uint32_t index) {
            const auto same = is_at(std::uint64_t{index} * block_, length);
            if (!same) error = same.error();
            return !same || *same;
        });
        if (error) return std::unexpected(*error);
        return found;
    }

    Failed take(std::uint64_t from, std::size_t length)
    {
        if (auto failed = flush_literal()) return failed;
        if (request_.updates_basis && from == at_) table_.keep(from / block_);
        if (matched_ > 0 && from != matched_from_ + matched_) {
            if (auto failed = flush_match()) return failed;
        }
        if (matched_ == 0) {
            matched_from_ = from;
            matched_at_ = at_;
        }
        matched_ += length;
        at_ += length;
        literal_ = at_;
        next_of_basis_ = from + length;
        return std::nullopt;
    }

    /// Data for the sink comes in order: what matched before goes first.
    Failed flush_literal()
    {
        if (literal_ == at_) return std::nullopt;
        if (auto failed = flush_match()) return failed;
        const auto written = sink_.literal(literal_, bytes(literal_, static_cast<std::size_t>(at_ - literal_)));
        literal_ = at_;
        if (!written) return DeltaError{Where::Sink, written.error()};
        return std::nullopt;
    }

    Failed flush_match()
    {
        if (matched_ == 0) return std::nullopt;
        const auto written = sink_.matched(matched_from_, matched_at_, matched_);
        matched_ = 0;
        if (!written) return DeltaError{Where::Sink, written.error()};
        return std::nullopt;
    }

    const DeltaRequest& request_;
    DeltaSink& sink_;
    const std::uint32_t block_;
    BlockTable table_;
    Window basis_;
    const std::size_t capacity_;
    PageBuffer buffer_;
    std::uint64_t begin_ = 0;  // of the buffer in the source
    std::size_t filled_ = 0;
    bool ended_ = false;         // the buffer has the source's end
    std::uint64_t at_ = 0;       // looked at now
    std::uint64_t literal_ = 0;  // from here on nothing was told
    std::uint64_t matched_from_ = 0;
    std::uint64_t matched_at_ = 0;
    std::uint64_t matched_ = 0;  // before literal_: a run of blocks, not told yet
    std::uint64_t next_of_basis_ = 0;
};

}  // namespace

std::expected<std::uint64_t, DeltaError> find_delta(const DeltaRequest& request, DeltaSink& sink)
{
    return Search(request, sink).run();
}

}  // namespace arsync::sync
