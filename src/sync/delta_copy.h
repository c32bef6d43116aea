#pragma once
// Writing a file by the delta against an old one (delta.h): what the old one has is copied from there, or left where it
// is, and only the rest comes from the source.

#include <cstdint>
#include <expected>
#include <span>

#include "platform/copy.h"
#include "platform/file.h"

namespace arsync::sync {

struct DeltaCopyRequest {
    /// Source and target, size, holes, pace, progress and cancellation; the method is not looked at.
    platform::CopyRequest copy;
    /// The old content; the target itself where it is written in place.
    const platform::File* basis = nullptr;
    std::uint64_t basis_size = 0;
    std::uint32_t block_length = 0;  // 0: rsync's rule
};

struct DeltaCopyOutcome {
    std::uint64_t size = 0;     // of the target now; less than asked for if the source shrank
    std::uint64_t matched = 0;  // bytes of it that the basis had
    std::uint64_t blocks = 0;   // in so many blocks
};

/// Gives the target the source's content and that length. Progress counts matched bytes as well.
[[nodiscard]] std::expected<DeltaCopyOutcome, platform::CopyError> copy_delta(const DeltaCopyRequest& request,
                                                                              std::span<std::byte> buffer);

}  // namespace arsync::sync
