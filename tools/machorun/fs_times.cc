// utimensat(2), futimens(2) and the older calls that set times.
#include <fcntl.h>
#include <sys/stat.h>

#include "darwin_errno.h"
#include "fs_guard.h"
#include "fs_metadata.h"
#include "fs_state.h"
#include "fs_tables.h"

namespace machorun {
namespace {

struct DarwinTimeval {
    int64_t seconds;
    int32_t microseconds;
};
static_assert(sizeof(DarwinTimeval) == 16);

struct DarwinUtimbuf {
    int64_t access;
    int64_t modification;
};

constexpr DarwinTimespec kNow{0, kDarwinTimeNow};

bool to_linux_time(DarwinTimespec from, timespec& to)
{
    to.tv_sec = from.seconds;
    if (from.nanoseconds == kDarwinTimeNow)
        to.tv_nsec = UTIME_NOW;
    else if (from.nanoseconds == kDarwinTimeOmit)
        to.tv_nsec = UTIME_OMIT;
    else
        to.tv_nsec = from.nanoseconds;
    // Linux's own values for UTIME_NOW and UTIME_OMIT are invalid for a program that means Darwin's.
    return from.nanoseconds >= kDarwinTimeOmit && from.nanoseconds < 1000000000;
}

int set_times(const Looked<Object>& object, const DarwinTimespec* times)
{
    if (!object) return fail(object.error());
    const int error = change_times(*object, times ? times[0] : kNow, times ? times[1] : kNow);
    return error ? fail(error) : 0;
}

int set_times(const Looked<Object>& object, const DarwinTimeval* times)
{
    if (!times) return set_times(object, static_cast<const DarwinTimespec*>(nullptr));
    DarwinTimespec converted[2];
    for (int i = 0; i < 2; ++i) {
        if (times[i].microseconds < 0 || times[i].microseconds >= 1000000) return fail(EINVAL);
        converted[i] = {times[i].seconds, times[i].microseconds * int64_t{1000}};
    }
    return set_times(object, converted);
}

int darwin_utimensat(int directory, const char* path, const DarwinTimespec* times, int flags)
{
    if (flags & ~(darwin::kAtSymlinkNofollow | darwin::kAtSymlinkNofollowAny)) return fail(EINVAL);
    return set_times(Object::at(directory, path, links_of(flags)), times);
}

int darwin_futimens(int fd, const DarwinTimespec* times)
{
    return set_times(Object::of(fd), times);
}

int darwin_utimes(const char* path, const DarwinTimeval* times)
{
    return set_times(Object::at(darwin::kAtFdcwd, path, Links::kFollow), times);
}

int darwin_lutimes(const char* path, const DarwinTimeval* times)
{
    return set_times(Object::at(darwin::kAtFdcwd, path, Links::kNofollow), times);
}

int darwin_futimes(int fd, const DarwinTimeval* times)
{
    return set_times(Object::of(fd), times);
}

int darwin_utime(const char* path, const DarwinUtimbuf* times)
{
    if (!times) return darwin_utimes(path, nullptr);
    const DarwinTimeval both[2] = {{times->access, 0}, {times->modification, 0}};
    return darwin_utimes(path, both);
}

}  // namespace

int change_times(const Object& object, DarwinTimespec access, DarwinTimespec modification)
{
    timespec times[2];
    if (!to_linux_time(access, times[0]) || !to_linux_time(modification, times[1])) return EINVAL;
    if (const int error = refuse_attribute_change(object)) return error;
    if (utimensat(object.fd(), "", times, AT_EMPTY_PATH) != 0) return to_darwin(errno);
    if (modification.nanoseconds >= 0) keep_birth_before_modification(object);
    return 0;
}

std::span<const Import> time_setting_imports()
{
    static const Import imports[] = {
        import("utimensat", darwin_utimensat), import("futimens", darwin_futimens), import("utimes", darwin_utimes),
        import("lutimes", darwin_lutimes),     import("futimes", darwin_futimes),   import("utime", darwin_utime),
    };
    return imports;
}

}  // namespace machorun
