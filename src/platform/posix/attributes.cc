// Owner, mode and times: the same calls on Linux and macOS.

#include "platform/attributes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

#ifdef AT_EMPTY_PATH
int flags_of(AttributeTarget target)
{
    return target.is_path_handle() ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW;
}
#else
int flags_of(AttributeTarget)
{
    return AT_SYMLINK_NOFOLLOW;
}
#endif

#ifdef AT_EMPTY_PATH
/// glibc knows no fchmodat(2) for such a handle before Linux 6.6 does; the link in /proc leads to the very file.
int change_mode_of_handle(int descriptor, Mode mode)
{
    const auto path = "/proc/self/fd/" + std::to_string(descriptor);
    return sys::call("fchmodat", [&] { return ::chmod(path.c_str(), mode); });
}
#endif

int change_mode(AttributeTarget target, Mode mode)
{
    if (target.name() == nullptr) return sys::call("fchmod", [&] { return ::fchmod(target.descriptor(), mode); });
#ifdef AT_EMPTY_PATH
    if (target.is_path_handle()) return change_mode_of_handle(target.descriptor(), mode);
#endif
    return sys::call("fchmodat",
                     [&] { return ::fchmodat(target.descriptor(), target.name(), mode, AT_SYMLINK_NOFOLLOW); });
}

}  // namespace

Status set_owner(AttributeTarget target, std::optional<UserId> user, std::optional<GroupId> group)
{
    const auto uid = user ? static_cast<uid_t>(*user) : static_cast<uid_t>(-1);
    const auto gid = group ? static_cast<gid_t>(*group) : static_cast<gid_t>(-1);
    const int result = target.name() == nullptr
                           ? sys::call("fchown", [&] { return ::fchown(target.descriptor(), uid, gid); })
                           : sys::call("fchownat", [&] {
                                 return ::fchownat(target.descriptor(), target.name(), uid, gid, flags_of(target));
                             });
    if (result == -1) return fail(Operation::SetOwner, errno);
    return {};
}

Status set_mode(AttributeTarget target, Mode mode)
{
    if (change_mode(target, mode) == -1) return fail(Operation::SetMode, errno);
    return {};
}

Status set_times(AttributeTarget target, std::optional<Timestamp> accessed, std::optional<Timestamp> modified)
{
    const auto time = [](const std::optional<Timestamp>& wanted) {
        timespec result{};
        result.tv_sec = wanted ? static_cast<time_t>(wanted->seconds) : 0;
        result.tv_nsec = wanted ? static_cast<long>(wanted->nanoseconds) : UTIME_OMIT;
        return result;
    };
    const timespec times[2] = {time(accessed), time(modified)};
    const int result = sys::call("utimensat", [&] {
        return target.name() == nullptr ? ::futimens(target.descriptor(), times)
                                        : ::utimensat(target.descriptor(), target.name(), times, flags_of(target));
    });
    if (result == -1) return fail(Operation::SetTimes, errno);
    return {};
}

}  // namespace arsync::platform
