// The copy ladder; copy_rungs.h is what each system adds to it.

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/page_buffer.h"
#include "platform/copy.h"
#include "platform/data_pipeline.h"
#include "platform/posix/copy_rungs.h"
#include "platform/posix/data_stream.h"

namespace arsync::platform {
namespace {

bool wants_clone(const CopyRequest& request, const VolumePairs::Pair& pair)
{
    if (request.size == 0 || request.start > 0 || request.target_is_device) return false;
    if (request.preference == CopyPreference::Clone) return true;
    return request.preference == CopyPreference::Auto && request.size >= rungs::kCloneMinimum &&
           !request.zeros_become_holes && request.pace == nullptr && !request.space_is_reserved && !pair.clone_refused;
}

void remember_refusal(VolumePairs::Pair& pair, int code)
{
    if (!rungs::refuses_clones_for_good(code)) return;
    pair.clone_refusal = code;
    pair.clone_refused = true;
}

/// Errors that a lower rung would meet as well, or that the user means.
bool is_final(int code)
{
    return code == ECANCELED || code == ENOSPC || code == EDQUOT || code == EIO;
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
        if (!rungs::kCloneIsNewFile && wants_clone(request_, pair_)) {
            const auto cloned = rungs::clone_into(request_);
            if (cloned) return finish_clone();
            remember_refusal(pair_, cloned.error().code);
            if (request_.preference == CopyPreference::Clone) return copy_failed(cloned.error(), false);
        } else if (request_.preference == CopyPreference::Clone && request_.size > request_.start) {
            return copy_failed({Operation::Clone, ENOTSUP}, false);  // no clone into a file that exists
        }
        const bool plain = request_.target_is_new && !request_.source_has_holes && !request_.zeros_become_holes;
        if (plain && request_.start == 0 && !request_.space_is_reserved) {
            if (const auto reserved = rungs::reserve_space(request_); !reserved)
                return copy_failed(reserved.error(), false);
        }
        auto reached = request_.source_has_holes && rungs::kHolesAreKnown
                           ? copy_data_runs(request_, buffer_, [this](Extent run) { return copy_range(run); })
                           : copy_range({request_.start, request_.size});
        if (!reached) return std::unexpected(reached.error());
        return finish(*reached);
    }

private:
    bool wants_kernel(Extent range) const
    {
        if (request_.zeros_become_holes || request_.pace != nullptr || !rungs::kernel_can(request_, range))
            return false;
        if (request_.preference == CopyPreference::Kernel) return true;
        return request_.preference == CopyPreference::Auto && request_.size >= rungs::kCloneMinimum &&
               !pair_.kernel_refused && rungs::kernel_helps(request_, pair_);
    }

    bool wants_pipeline(Extent range) const
    {
        return pipeline_ != nullptr && request_.preference == CopyPreference::Auto && !finds_holes_by_zeros() &&
               !request_.front_to_back && request_.pace == nullptr && range.end - range.begin >= DataPipeline::kMinimum;
    }

    bool finds_holes_by_zeros() const
    {
        return request_.zeros_become_holes || (request_.source_has_holes && !rungs::kHolesAreKnown);
    }

    /// A file with holes has many ranges: told once.
    void expect_one_reader()
    {
        if (!std::exchange(hinted_, true)) request_.source->hint_sequential(request_.size);
    }

    std::expected<std::uint64_t, CopyError> copy_range(Extent range)
    {
        if (wants_kernel(range)) {
            expect_one_reader();
            auto reached = rungs::kernel_range(request_, range);
            if (reached) method_ = CopyMethod::Kernel;
            if (reached || request_.preference == CopyPreference::Kernel) return reached;
            const int code = reached.error().error.code;
            if (is_final(code)) return reached;
            pair_.kernel_refusal = code;
            pair_.kernel_refused = true;
        }
        if (wants_pipeline(range)) {
            auto reached = pipeline_->copy_range(request_, range);
            if (reached) method_ = CopyMethod::Pipeline;
            if (reached || !reached.error().error.is(std::errc::not_supported)) return reached;
        }
        method_ = CopyMethod::ReadWrite;
        expect_one_reader();
        if (!finds_holes_by_zeros()) return stream_range(request_, range, buffer_);
        auto sparse = request_;
        sparse.zeros_become_holes = true;
        return stream_range(sparse, range, buffer_);
    }

    /// The target ends where the source ended: grown by a trailing hole, or cut if it was longer before.
    std::expected<CopyOutcome, CopyError> finish(std::uint64_t size)
    {
        if (request_.target_is_device) return CopyOutcome{method_, size};  // it has the size that it has
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
    bool hinted_ = false;
};

}  // namespace

VolumePairs::Pair& VolumePairs::find(std::uint64_t from_device, std::uint64_t to_device)
{
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(
        pairs_, [&](const auto& pair) { return pair->from_device == from_device && pair->to_device == to_device; });
    if (found != pairs_.end()) return **found;
    return *pairs_.emplace_back(std::make_unique<Pair>(from_device, to_device));
}

std::span<std::byte> Copier::buffer()
{
    if (!buffer_) buffer_ = make_page_buffer(kBufferSize);
    return {buffer_.get(), kBufferSize};
}

Result<CreatedFile> Copier::create(const CopyRequest& request, const Directory& directory, NameView name, Mode mode)
{
    auto& pair = volumes_.find(request.source_device, request.target_device);
    if (rungs::kCloneIsNewFile && wants_clone(request, pair)) {
        auto cloned = rungs::clone_to_name(request, directory, name, mode);
        if (cloned) {
            const auto facts = cloned->stat();
            if (!facts) {
                static_cast<void>(directory.unlink(name));
                return std::unexpected(facts.error());
            }
            count_progress(request, facts->size);
            return CreatedFile{std::move(*cloned), CopyOutcome{CopyMethod::Clone, facts->size}};
        }
        const int code = cloned.error().code;
        remember_refusal(pair, code);
        const bool lower_rung_helps = request.preference != CopyPreference::Clone && code != EEXIST && !is_final(code);
        if (!lower_rung_helps) return std::unexpected(cloned.error());
    }
    auto created = directory.create_file(name, mode);
    if (!created) return std::unexpected(created.error());
    return CreatedFile{std::move(*created), std::nullopt};
}

std::expected<CopyOutcome, CopyError> Copier::copy(const CopyRequest& request)
{
    auto& pair = volumes_.find(request.source_device, request.target_device);
    return Descent(request, pair, pipeline_, buffer()).go();
}

}  // namespace arsync::platform
