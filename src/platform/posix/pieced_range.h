#pragma once
// A range that several hands copy piece by piece, none waiting for the other: which piece is next, and what comes of
// the whole.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>

#include "platform/copy.h"
#include "platform/file.h"

namespace arsync::platform {

/// Not locked. What a hand has copied it has counted as progress.
class PiecedRange {
public:
    PiecedRange(const CopyRequest& request, Extent range, std::size_t piece)
        : request_(request), piece_(piece), next_(range.begin), end_(range.end)
    {
    }

    /// Pieces come in their order; none is left behind the end of the source, or after a failure.
    [[nodiscard]] std::optional<Extent> take();
    void copied(std::uint64_t bytes) { copied_ += bytes; }
    /// The source is shorter than it was: what lies behind is not wanted any more.
    void source_ends(std::uint64_t at);
    /// `at`: where the piece begins. The first failure is the one that is told.
    void failed(std::uint64_t at, const CopyError& error);

    /// The position reached, when no piece is on its way any more. After a failure nothing counts as progress, and a
    /// new target keeps what is whole from its beginning on, so that its size tells how far it is.
    [[nodiscard]] std::expected<std::uint64_t, CopyError> outcome() const;

private:
    const CopyRequest& request_;
    const std::size_t piece_;
    std::uint64_t next_;
    std::uint64_t end_;
    std::uint64_t copied_ = 0;
    std::uint64_t intact_ = 0;  // after a failure: where the first piece that failed begins
    std::optional<CopyError> error_;
};

}  // namespace arsync::platform
