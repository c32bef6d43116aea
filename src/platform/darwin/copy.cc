// The rungs of the copy ladder that macOS has.

#include <copyfile.h>
#include <fcntl.h>
#include <sys/clonefile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "platform/attributes.h"
#include "platform/darwin/volume_capabilities.h"
#include "platform/darwin/xattr_calls.h"
#include "platform/posix/copy_rungs.h"
#include "platform/posix/data_stream.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

constexpr Mode kPrivate = 0600;

/// Opens the clone that was just made. It has the source's mode and flags, which may shut out even its owner.
Result<File> open_clone(const Directory& directory, NameView name)
{
    auto opened = directory.open_for_update(name);
    const auto shut_out = [](const Error& error) {
        return error.is(std::errc::permission_denied) || error.is(std::errc::operation_not_permitted);
    };
    if (opened || !shut_out(opened.error())) return opened;
    const auto facts = directory.stat(name);
    if (!facts) return std::unexpected(facts.error());
    if (const auto locking = locking_flags(facts->flags); locking != 0) {
        const auto unlocked = set_flags({directory, name}, facts->flags & ~locking);
        if (!unlocked) return std::unexpected(unlocked.error());
    }
    if (const auto writable = set_mode({directory, name}, kPrivate); !writable)
        return std::unexpected(writable.error());
    return directory.open_for_update(name);
}

Timestamp now()
{
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return {time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec)};
}

/// The times of a file that is made at this moment. Whoever sets an earlier modification time afterwards moves the
/// creation time back as well, as with any new file.
Status make_young(const CopyRequest& request, const File& file)
{
    const auto time = now();
    if (!request.keeps_times) {
        if (const auto done = set_times(file, time, time); !done) return done;
    }
    if (request.keeps_creation_time) return {};
    const auto done = set_creation_time(file, time);
    const bool unknown = !done && (done.error().code == ENOTSUP || done.error().code == EINVAL);
    return unknown ? Status() : done;  // a volume without creation times
}

/// Takes away what came along with the data and no new file would have: file flags, of which some would forbid all that
/// is still to be done, and xattrs.
Status make_plain(const CopyRequest& request, const File& file, Mode mode)
{
    const auto facts = file.stat();
    if (!facts) return std::unexpected(facts.error());
    // The source's mode may show more than the copy's will.
    if ((facts->mode & ~mode) != 0) {
        if (const auto closed = set_mode(file, static_cast<Mode>(facts->mode & mode)); !closed) return closed;
    }
    // Those that describe how the data is stored (UF_COMPRESSED) are the system's and stay.
    const auto settable = copied_flags(facts->flags, true);
    if (settable != 0) {
        if (const auto cleared = set_flags(file, facts->flags & ~settable); !cleared) return cleared;
    }
    if (request.keeps_xattrs) return {};
    const auto names = list_xattr_names(file.handle().get());
    if (!names) return std::unexpected(names.error());
    if (names->empty()) return {};
    // Without write permission no attribute can be removed. The mode is not final yet.
    if (const auto writable = set_mode(file, kPrivate); !writable) return writable;
    for (const auto& name : split_xattr_names(*names)) {
        if (const auto removed = remove_xattr(file, name); !removed) return removed;
    }
    return {};
}

/// What the callback of fcopyfile is given.
struct Watch {
    const CopyRequest& request;
    std::uint64_t counted = 0;
};

int on_progress(int what, int stage, copyfile_state_t state, const char*, const char*, void* context)
{
    auto& watch = *static_cast<Watch*>(context);
    if (what != COPYFILE_COPY_DATA) return COPYFILE_CONTINUE;
    if (stage == COPYFILE_ERR || is_cancelled(watch.request.cancel)) return COPYFILE_QUIT;
    off_t copied = 0;
    if (::copyfile_state_get(state, COPYFILE_STATE_COPIED, &copied) == 0) {
        const auto now = static_cast<std::uint64_t>(copied);
        if (now > watch.counted) count_progress(watch.request, now - watch.counted);
        watch.counted = std::max(watch.counted, now);
    }
    return COPYFILE_CONTINUE;
}

/// copyfile_state_t with its callback set.
class CopyState {
public:
    explicit CopyState(Watch& watch) : state_(::copyfile_state_alloc())
    {
        if (state_ == nullptr) return;
        ::copyfile_state_set(state_, COPYFILE_STATE_STATUS_CB, reinterpret_cast<const void*>(&on_progress));
        ::copyfile_state_set(state_, COPYFILE_STATE_STATUS_CTX, &watch);
    }
    ~CopyState()
    {
        if (state_ != nullptr) ::copyfile_state_free(state_);
    }
    CopyState(const CopyState&) = delete;
    CopyState& operator=(const CopyState&) = delete;

    [[nodiscard]] copyfile_state_t get() const { return state_; }

private:
    copyfile_state_t state_;
};

/// fcopyfile works from the descriptors' positions.
bool rewind(const File& file)
{
    return sys::call("lseek", [&] { return ::lseek(file.handle().get(), 0, SEEK_SET); }) != -1;
}

}  // namespace

std::string_view kernel_copy_name()
{
    return "fcopyfile";
}

namespace rungs {

const bool kCloneIsNewFile = true;
// On APFS SEEK_HOLE and SEEK_DATA can tell of a hole where data is that was just written or mapped, and the copy loses
// it (GNU coreutils stopped using them there, bug 51857). fcopyfile's COPYFILE_DATA_SPARSE relies on them as well.
const bool kHolesAreKnown = false;

Result<File> clone_to_name(const CopyRequest& request, const Directory& directory, NameView name, Mode mode)
{
    // Asked beforehand: a volume that cannot (or another volume) is told by one look, not by a failure for each file.
    if (const auto possible = volumes_can_clone(*request.source, directory); !possible)
        return std::unexpected(possible.error());
    // The owner is the caller's business. An ACL does not come along without CLONE_ACL, but an inherited one may.
    const int result = sys::call("fclonefileat", [&] {
        return ::fclonefileat(request.source->handle().get(), directory.handle().get(), name.c_str(),
                              CLONE_NOFOLLOW | CLONE_NOOWNERCOPY);
    });
    if (result == -1) return fail(Operation::Clone, errno);
    auto file = open_clone(directory, name);
    Status done = file ? make_plain(request, *file, mode) : std::unexpected(file.error());
    if (done) done = make_young(request, *file);
    if (!done) {
        static_cast<void>(directory.unlink(name));
        return std::unexpected(done.error());
    }
    return file;
}

Status reserve_space(const CopyRequest& request)
{
    constexpr std::uint64_t kWorthIt = std::uint64_t{8} << 20;
    if (request.size < kWorthIt) return {};
    const auto capabilities = volume_capabilities(request.target->handle().get());
    if (!capabilities || !capabilities->preallocation_helps) return {};
    const auto reserved = request.target->preallocate(request.size);
    if (!reserved) return std::unexpected(reserved.error());
    return {};
}

Status clone_into(const CopyRequest&)
{
    return fail(Operation::Clone, ENOTSUP);
}

bool refuses_clones_for_good(int code)
{
    return code == ENOTSUP || code == EOPNOTSUPP || code == EXDEV || code == ENOSYS;
}

/// fcopyfile copies all of a file and ends the target where the source ended.
bool kernel_can(const CopyRequest& request, Extent range)
{
    return range.begin == 0 && range.end == request.size;
}

bool kernel_helps(const CopyRequest& request, const VolumePairs::Pair&)
{
    return request.target_is_new && !request.source_has_holes;
}

std::expected<std::uint64_t, CopyError> kernel_range(const CopyRequest& request, Extent range)
{
    if (is_cancelled(request.cancel)) return copy_failed({Operation::Copy, ECANCELED}, false);
    Watch watch{request};
    const CopyState state(watch);
    if (state.get() == nullptr) return copy_failed({Operation::Copy, ENOMEM}, false);
    if (!rewind(*request.source)) return copy_failed({Operation::Seek, errno}, true);
    if (!rewind(*request.target)) return copy_failed({Operation::Seek, errno}, false);
    const auto before = request.target->stat();
    if (!before) return copy_failed(before.error(), false);
    // Only the data: COPYFILE_ALL would write mode, owner, times, flags, ACL and xattrs over what the engine decides.
    const int result = sys::call("fcopyfile", [&] {
        return ::fcopyfile(request.source->handle().get(), request.target->handle().get(), state.get(), COPYFILE_DATA);
    });
    if (result == -1) {
        const int code = is_cancelled(request.cancel) ? ECANCELED : errno;
        uncount_progress(request, watch.counted);
        // It makes the target writable while it works, and leaves it so when it fails. [Apple's copyfile.c]
        static_cast<void>(set_mode(*request.target, before->mode));
        return copy_failed({Operation::Copy, code}, false);
    }
    off_t copied = 0;
    ::copyfile_state_get(state.get(), COPYFILE_STATE_COPIED, &copied);
    const auto reached = static_cast<std::uint64_t>(copied);
    count_progress(request, reached - watch.counted);
    // Growth meanwhile is no harm: the engine asked for a length and gets it.
    if (reached > range.end) {
        if (const auto cut = request.target->truncate(range.end); !cut) return copy_failed(cut.error(), false);
        uncount_progress(request, reached - range.end);
    }
    return std::min(reached, range.end);
}

/// There is no call for pieces of files.
std::uint64_t kernel_piece(const File&, std::uint64_t, const File&, std::uint64_t, std::uint64_t)
{
    return 0;
}

}  // namespace rungs
}  // namespace arsync::platform
