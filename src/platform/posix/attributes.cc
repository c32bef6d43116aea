// Owner, mode and times: the same calls on Linux and macOS.

#include "platform/attributes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "platform/posix/sys.h"

namespace arsync::platform {

Status set_owner(AttributeTarget target, std::optional<UserId> user, std::optional<GroupId> group)
{
    const auto uid = user ? static_cast<uid_t>(*user) : static_cast<uid_t>(-1);
    const auto gid = group ? static_cast<gid_t>(*group) : static_cast<gid_t>(-1);
    const int result = target.name() == nullptr
                           ? sys::call("fchown", [&] { return ::fchown(target.descriptor(), uid, gid); })
                           : sys::call("fchownat", [&] {
                                 return ::fchownat(target.descriptor(), target.name(), uid, gid, AT_SYMLINK_NOFOLLOW);
                             });
    if (result == -1) return fail(Operation::SetOwner, errno);
    return {};
}

Status set_mode(AttributeTarget target, Mode mode)
{
    const int result = target.name() == nullptr
                           ? sys::call("fchmod", [&] { return ::fchmod(target.descriptor(), mode); })
                           : sys::call("fchmodat", [&] {
                                 return ::fchmodat(target.descriptor(), target.name(), mode, AT_SYMLINK_NOFOLLOW);
                             });
    if (result == -1) return fail(Operation::SetMode, errno);
    return {};
}

Status set_times(AttributeTarget target, std::optional<Timestamp> accessed, Timestamp modified)
{
    timespec times[2];
    times[0].tv_sec = accessed ? static_cast<time_t>(accessed->seconds) : 0;
    times[0].tv_nsec = accessed ? static_cast<long>(accessed->nanoseconds) : UTIME_OMIT;
    times[1].tv_sec = static_cast<time_t>(modified.seconds);
    times[1].tv_nsec = static_cast<long>(modified.nanoseconds);
    const int result = sys::call("utimensat", [&] {
        return target.name() == nullptr ? ::futimens(target.descriptor(), times)
                                        : ::utimensat(target.descriptor(), target.name(), times, AT_SYMLINK_NOFOLLOW);
    });
    if (result == -1) return fail(Operation::SetTimes, errno);
    return {};
}

}  // namespace arsync::platform
