// The copy ladder on Linux.

#include "platform/copy.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "platform/data_pipeline.h"
#include "platform/posix/data_stream.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

/// Below this, reading and writing is quicker than a clone, which has to flush the source's dirty pages first.
constexpr std::uint64_t kCloneMinimum = std::uint64_t{64} * 1024;
/// One copy_file_range call moves at most this much, so that it can be watched and cancelled.
constexpr std::uint64_t kKernelChunk = std::uint64_t{16} << 20;

/// Errors that mean "not between these two volumes", as opposed to "not this file" or "not now".
bool refuses_for_good(int code)
{
    return code == EOPNOTSUPP || code == EXDEV || code == ENOTTY || code == ENOSYS;
}

Status clone_file(const CopyRequest& request)
{
    const int result = sys::call("ioctl_ficlone", [&] {
        return ::ioctl(request.target->handle().get(), FICLONE, request.source->handle().get());
    });
    if (result == -1) return fail(Operation::Clone, errno);
    return {};
}

/// Like stream_range.
std::expected<std::uint64_t, CopyError> kernel_range(const CopyRequest& request, Extent range)
{
    auto from = static_cast<off_t>(range.begin);
    auto to = static_cast<off_t>(range.begin);
    while (static_cast<std::uint64_t>(from) < range.end) {
        if (is_cancelled(request.cancel)) return copy_failed({Operation::Copy, ECANCELED}, false);
        const auto wanted = std::min(kKernelChunk, range.end - static_cast<std::uint64_t>(from));
        const auto count = sys::call("copy_file_range", [&] {
            return ::copy_file_range(request.source->handle().get(), &from, request.target->handle().get(), &to, wanted,
                                     0);
        });
        if (count == -1) return copy_failed({Operation::Copy, errno}, false);
        if (count == 0) break;
        count_progress(request, static_cast<std::uint64_t>(count));
    }
    return static_cast<std::uint64_t>(from);
}

/// One copy, going down the ladder.
class Descent {
public:
    Descent(const CopyRequest& request, VolumePairs::Pair& pair, DataPipeline* pipeline, std::span<std::byte> buffer)
        : request_(request), pair_(pair), pipeline_(pipeline), buffer_(buffer)
    {
    }

    std::expected<CopyOutcome, CopyError> go()
    {
        if (wants_clone()) {
            const auto cloned = clone_file(request_);
            if (cloned) return finish_clone();
            if (refuses_for_good(cloned.error().code)) {
                pair_.clone_refusal = cloned.error().code;
                pair_.clone_refused = true;
            }
            if (request_.preference == CopyPreference::Clone) return copy_failed(cloned.error(), false);
        }
        auto reached = request_.source_has_holes
                           ? copy_data_runs(request_, buffer_, [this](Extent run) { return copy_range(run); })
                           : copy_range({0, request_.size});
        if (!reached) return std::unexpected(reached.error());
        return finish(*reached);
    }

private:
    bool wants_clone() const
    {
        if (request_.size == 0) return false;
        if (request_.preference == CopyPreference::Clone) return true;
        return request_.preference == CopyPreference::Auto && request_.size >= kCloneMinimum &&
               !request_.zeros_become_holes && !pair_.clone_refused;
    }

    bool wants_kernel() const
    {
        if (request_.zeros_become_holes) return false;
        if (request_.preference == CopyPreference::Kernel) return true;
        // On volumes that cannot share blocks copy_file_range is a splice through the page cache, which measured
        // slower than the buffer; where clones work, a file that could not be cloned whole still shares its ranges.
        return request_.preference == CopyPreference::Auto && !pair_.kernel_refused && !pair_.clone_refused &&
               request_.size >= kCloneMinimum;
    }

    bool wants_pipeline(Extent range) const
    {
        return pipeline_ != nullptr && request_.preference == CopyPreference::Auto && !request_.zeros_become_holes &&
               range.end - range.begin >= DataPipeline::kMinimum;
    }

    std::expected<std::uint64_t, CopyError> copy_range(Extent range)
    {
        if (wants_kernel()) {
            auto reached = kernel_range(request_, range);
            if (reached) method_ = CopyMethod::Kernel;
            if (reached || request_.preference == CopyPreference::Kernel) return reached;
            const int code = reached.error().error.code;
            if (code == ECANCELED || code == ENOSPC || code == EDQUOT || code == EIO) return reached;
            pair_.kernel_refused = true;
        }
        if (wants_pipeline(range)) {
            auto reached = pipeline_->copy_range(request_, range);
            if (reached) method_ = CopyMethod::Pipeline;
            if (reached || !reached.error().error.is(std::errc::not_supported)) return reached;
        }
        method_ = CopyMethod::ReadWrite;
        return stream_range(request_, range, buffer_);
    }

    /// The target ends where the source ended: grown by a trailing hole, or cut if it was longer before.
    std::expected<CopyOutcome, CopyError> finish(std::uint64_t size)
    {
        const bool may_differ = !request_.target_is_new || request_.source_has_holes || request_.zeros_become_holes;
        if (may_differ) {
            const auto cut = request_.target->truncate(size);
            if (!cut) return copy_failed(cut.error(), false);
        }
        return CopyOutcome{method_, size};
    }

    std::expected<CopyOutcome, CopyError> finish_clone()
    {
        if (!request_.target_is_new) {
            // A longer target keeps its end; a source that was cut meanwhile must not be filled up with zeros.
            const auto now = request_.source->stat();
            if (!now) return copy_failed(now.error(), true);
            const auto cut = request_.target->truncate(std::min(request_.size, now->size));
            if (!cut) return copy_failed(cut.error(), false);
        }
        const auto facts = request_.target->stat();
        if (!facts) return copy_failed(facts.error(), false);
        count_progress(request_, facts->size);
        return CopyOutcome{CopyMethod::Clone, facts->size};
    }

    const CopyRequest& request_;
    VolumePairs::Pair& pair_;
    DataPipeline* pipeline_;
    std::span<std::byte> buffer_;
    CopyMethod method_ = CopyMethod::ReadWrite;
};

}  // namespace

std::expected<CopyOutcome, CopyError> Copier::copy(const CopyRequest& request)
{
    auto& pair = volumes_.find(request.source_device, request.target_device);
    return Descent(request, pair, pipeline_, buffer()).go();
}

}  // namespace arsync::platform
