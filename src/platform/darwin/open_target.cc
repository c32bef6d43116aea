#include "platform/darwin/open_target.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "platform/posix/sys.h"

namespace arsync::platform {

Result<std::optional<OpenTarget>> OpenTarget::open(AttributeTarget target, Operation operation)
{
    if (target.name() == nullptr) return OpenTarget(target.descriptor(), Handle());
    struct stat facts;
    const int looked = sys::call("fstatat", [&] {
        return ::fstatat(target.descriptor(), target.name(), &facts, target.follows() ? 0 : AT_SYMLINK_NOFOLLOW);
    });
    if (looked == -1) return fail(operation, errno);
    if (!S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode) && !S_ISLNK(facts.st_mode)) return std::nullopt;
    // O_SYMLINK opens a link itself. O_NONBLOCK: a fifo that has taken the place meanwhile does not hold us up.
    const int link_flag = target.follows() ? 0 : O_SYMLINK;
    Handle handle(sys::call("openat", [&] {
        return ::openat(target.descriptor(), target.name(), O_RDONLY | link_flag | O_NONBLOCK | O_CLOEXEC);
    }));
    if (!handle) return fail(operation, errno);
    return OpenTarget(-1, std::move(handle));
}

}  // namespace arsync::platform
