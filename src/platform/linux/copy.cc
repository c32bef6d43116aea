// The rungs of the copy ladder that Linux has.

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "platform/posix/copy_rungs.h"
#include "platform/posix/data_stream.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

/// One copy_file_range call moves at most this much, so that it can be watched and cancelled.
constexpr std::uint64_t kKernelChunk = std::uint64_t{16} << 20;

}  // namespace

std::string_view kernel_copy_name()
{
    return "copy_file_range";
}

namespace rungs {

const bool kCloneIsNewFile = false;
const bool kHolesAreKnown = true;

Result<File> clone_to_name(const CopyRequest&, const Directory&, NameView, Mode)
{
    return fail(Operation::Clone, ENOTSUP);
}

Status clone_into(const CopyRequest& request)
{
    const int result = sys::call("ioctl_ficlone", [&] {
        return ::ioctl(request.target->handle().get(), FICLONE, request.source->handle().get());
    });
    if (result == -1) return fail(Operation::Clone, errno);
    return {};
}

bool refuses_clones_for_good(int code)
{
    return code == EOPNOTSUPP || code == EXDEV || code == ENOTTY || code == ENOSYS;
}

/// The file systems of Linux allocate when data is written back, and then know its extent.
Status reserve_space(const CopyRequest&)
{
    return {};
}

bool kernel_can(const CopyRequest&, Extent)
{
    return true;
}

/// On volumes that cannot share blocks copy_file_range is a splice through the page cache, which measured slower than
/// the buffer; where clones work, a file that could not be cloned whole still shares its ranges.
bool kernel_helps(const CopyRequest&, const VolumePairs::Pair& pair)
{
    return !pair.clone_refused;
}

std::expected<std::uint64_t, CopyError> kernel_range(const CopyRequest& request, Extent range)
{
    auto from = static_cast<off_t>(range.begin);
    auto to = static_cast<off_t>(range.begin);
    const auto failed = [&](int code) {
        uncount_progress(request, static_cast<std::uint64_t>(from) - range.begin);
        return copy_failed({Operation::Copy, code}, false);
    };
    while (static_cast<std::uint64_t>(from) < range.end) {
        if (is_cancelled(request.cancel)) return failed(ECANCELED);
        const auto wanted = std::min(kKernelChunk, range.end - static_cast<std::uint64_t>(from));
        const auto count = sys::call("copy_file_range", [&] {
            return ::copy_file_range(request.source->handle().get(), &from, request.target->handle().get(), &to, wanted,
                                     0);
        });
        if (count == -1) return failed(errno);
        if (count == 0) break;
        count_progress(request, static_cast<std::uint64_t>(count));
    }
    return static_cast<std::uint64_t>(from);
}

std::uint64_t kernel_piece(const File& source, std::uint64_t from, const File& target, std::uint64_t to,
                           std::uint64_t length)
{
    auto source_at = static_cast<off_t>(from);
    auto target_at = static_cast<off_t>(to);
    std::uint64_t done = 0;
    while (done < length) {
        const auto count = sys::call("copy_file_range", [&] {
            return ::copy_file_range(source.handle().get(), &source_at, target.handle().get(), &target_at,
                                     std::min(kKernelChunk, length - done), 0);
        });
        if (count <= 0) break;
        done += static_cast<std::uint64_t>(count);
    }
    return done;
}

}  // namespace rungs
}  // namespace arsync::platform
