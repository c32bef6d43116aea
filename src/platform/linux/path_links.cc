// Links on the way along a path, as Linux shows them.

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "platform/posix/path_walk.h"
#include "platform/posix/sys.h"

namespace arsync::platform {

int open_without_links(int start, const char* path, int flags, mode_t mode)
{
    open_how how{};
    how.flags = static_cast<unsigned>(flags);
    how.mode = (flags & O_CREAT) != 0 ? mode : 0;  // EINVAL else
    how.resolve = RESOLVE_NO_SYMLINKS;
    return static_cast<int>(::syscall(SYS_openat2, start, path, &how, sizeof how));
}

Result<OwnedLink> read_owned_link(int directory, const char* name)
{
    const Handle held(sys::call("openat", [&] { return ::openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC); }));
    if (!held) return fail(Operation::Open, errno);
    struct stat facts;
    if (sys::call("fstat", [&] { return ::fstat(held.get(), &facts); }) == -1) return fail(Operation::Stat, errno);
    if (!S_ISLNK(facts.st_mode)) return fail(Operation::ReadLink, EINVAL);
    struct statfs volume;
    if (sys::call("fstatfs", [&] { return ::fstatfs(held.get(), &volume); }) == -1) return fail(Operation::Stat, errno);
    OwnedLink link{
        .owner = facts.st_uid, .target = std::string(4096, '\0'), .by_kernel = false};  // PATH_MAX is the most
    link.by_kernel = volume.f_type == PROC_SUPER_MAGIC;
    const auto length =
        sys::call("readlinkat", [&] { return ::readlinkat(held.get(), "", link.target.data(), link.target.size()); });
    if (length == -1) return fail(Operation::ReadLink, errno);
    link.target.resize(static_cast<std::size_t>(length));
    return link;
}

}  // namespace arsync::platform
