// Links on the way along a path, as macOS shows them.

#include <fcntl.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "platform/posix/path_walk.h"
#include "platform/posix/sys.h"

namespace arsync::platform {

int open_without_links(int start, const char* path, int flags, mode_t mode)
{
    return ::openat(start, path, flags | O_NOFOLLOW_ANY, mode);
}

Result<OwnedLink> read_owned_link(int directory, const char* name)
{
    // O_SYMLINK opens whatever is there; O_NONBLOCK: a fifo that has taken the place meanwhile does not hold us up.
    constexpr int kLinkItself = O_RDONLY | O_SYMLINK | O_NONBLOCK | O_CLOEXEC;
    struct stat facts;
    if (sys::call("fstatat", [&] { return ::fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW); }) == -1)
        return fail(Operation::Stat, errno);
    if (!S_ISLNK(facts.st_mode)) return fail(Operation::ReadLink, EINVAL);
    const Handle held(sys::call("openat", [&] { return ::openat(directory, name, kLinkItself); }));
    if (!held) return fail(Operation::Open, errno);
    if (sys::call("fstat", [&] { return ::fstat(held.get(), &facts); }) == -1) return fail(Operation::Stat, errno);
    if (!S_ISLNK(facts.st_mode)) return fail(Operation::ReadLink, EINVAL);
    OwnedLink link{.owner = facts.st_uid, .target = std::string(MAXPATHLEN, '\0'), .by_kernel = false};
    const auto length =
        sys::call("freadlink", [&] { return ::freadlink(held.get(), link.target.data(), link.target.size()); });
    if (length == -1) return fail(Operation::ReadLink, errno);
    link.target.resize(static_cast<std::size_t>(length));
    return link;
}

}  // namespace arsync::platform
