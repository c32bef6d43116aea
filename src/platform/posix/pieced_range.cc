#include "platform/posix/pieced_range.h"

#include <algorithm>

#include "platform/posix/data_stream.h"

namespace arsync::platform {

std::optional<Extent> PiecedRange::take()
{
    if (error_ || next_ >= end_) return std::nullopt;
    const Extent piece{next_, std::min(next_ + piece_, end_)};
    next_ = piece.end;
    return piece;
}

void PiecedRange::source_ends(std::uint64_t at)
{
    end_ = std::min(end_, at);
}

void PiecedRange::failed(std::uint64_t at, const CopyError& error)
{
    intact_ = error_ ? std::min(intact_, at) : at;
    if (!error_) error_ = error;
}

std::expected<std::uint64_t, CopyError> PiecedRange::outcome() const
{
    if (!error_) return end_;
    uncount_progress(request_, copied_);
    // Should that fail as well, the target is given up like any other.
    if (request_.target_is_new && !request_.target_is_device) static_cast<void>(request_.target->truncate(intact_));
    return std::unexpected(*error_);
}

}  // namespace arsync::platform
