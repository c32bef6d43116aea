#pragma once
// rsync's delta algorithm (A. Tridgell, P. Mackerras: The rsync algorithm, 1996): which parts of the new content the
// old content, the basis, has already, wherever they were. The basis is cut into blocks; a checksum that can be rolled
// from one position of the new content to the next finds candidates, whose bytes are then compared, since both sides
// are here. Pure: bytes come and go through what the caller hands in.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <span>

#include "base/error.h"
#include "sync/block_table.h"

namespace arsync::sync {

/// Reads at a position until the span is full or the content ends; returns how much.
using ReadBytes = std::function<Result<std::size_t>(std::uint64_t at, std::span<std::byte> into)>;

struct Content {
    ReadBytes read;
    std::uint64_t size = 0;
};

/// What the new content consists of, told in order and without gaps.
class DeltaSink {
public:
    virtual ~DeltaSink() = default;
    [[nodiscard]] virtual Status literal(std::uint64_t at, std::span<const std::byte> data) = 0;
    /// [at, at+length) is what the basis has at `from`.
    [[nodiscard]] virtual Status matched(std::uint64_t from, std::uint64_t at, std::uint64_t length) = 0;
};

/// Whose call failed.
struct DeltaError {
    enum class Where : std::uint8_t { Source, Basis, Sink, Cancelled };
    Where where;
    Error error;
};

struct DeltaRequest {
    Content source;
    Content basis;
    std::uint32_t block_length = kLeastBlock;
    /// The sink writes over the basis: only what is not written over yet can be used, and what stays where it was.
    bool updates_basis = false;
    const std::atomic<bool>* cancel = nullptr;
};

/// Tells `sink` how to make the source's content. Returns its size, which is smaller than promised if it ended early.
[[nodiscard]] std::expected<std::uint64_t, DeltaError> find_delta(const DeltaRequest& request, DeltaSink& sink);

}  // namespace arsync::sync
