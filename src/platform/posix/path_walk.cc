#include "platform/posix/path_walk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "platform/posix/open_flags.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

constexpr int kMostLinks = 40;  // as Linux

Result<Handle> open_at(int directory, const char* name, int flags, mode_t mode = 0)
{
    Handle handle(sys::call("openat", [&] { return ::openat(directory, name, flags, mode); }));
    if (!handle) return fail(Operation::Open, errno);
    return handle;
}

Result<FileIdentity> identity_of(const Handle& handle)
{
    struct stat facts;
    if (sys::call("fstat", [&] { return ::fstat(handle.get(), &facts); }) == -1) return fail(Operation::Stat, errno);
    return FileIdentity{static_cast<std::uint64_t>(facts.st_dev), facts.st_ino};
}

/// Whether `directory` is the one of that path, or below it: by going up to "/", as names say nothing about links.
bool is_in_or_below(const Handle& directory, const std::string& path)
{
    const auto root = open_at(AT_FDCWD, path.c_str(), kPassing);
    if (!root) return false;
    const auto wanted = identity_of(*root);
    Handle held;
    auto at = identity_of(directory);
    while (at && wanted && *at != *wanted) {
        auto above = open_at(held ? held.get() : directory.get(), "..", kPassing);
        if (!above) return false;
        const auto next = identity_of(*above);
        if (!next || *next == *at) return false;  // "/" is above itself
        held = std::move(*above);
        at = next;
    }
    return at && wanted;
}

class PathWalk {
public:
    PathWalk(int flags, mode_t mode, const PathPolicy& policy) : flags_(flags), mode_(mode), policy_(policy) {}

    Result<Handle> open(int start, const std::string& path)
    {
        if (path.empty()) return fail(Operation::Open, ENOENT);
        left_ = path;
        if (auto begun = begin(start); !begun) return std::unexpected(begun.error());
        for (;;) {
            const auto name = next_name();
            const bool last = left_.find_first_not_of('/') == std::string::npos;
            auto opened = last ? open_last(name) : pass(name);
            if (!opened && is_link_error(opened.error())) {
                auto through = through_link(name, last, opened.error());
                if (!through) return std::unexpected(through.error());
                if (!through->has_value()) continue;
                opened = std::move(**through);
            }
            if (!opened || last) return opened;
            at_ = std::move(*opened);
        }
    }

private:
    Status begin(int start)
    {
        auto opened = left_.starts_with('/') ? open_at(AT_FDCWD, "/", kPassing) : open_at(start, ".", kPassing);
        if (!opened) return std::unexpected(opened.error());
        at_ = std::move(*opened);
        return {};
    }

    /// "." if nothing is left: the path ends with the directory that is held.
    std::string next_name()
    {
        left_.erase(0, std::min(left_.find_first_not_of('/'), left_.size()));
        const auto end = std::min(left_.find('/'), left_.size());
        auto name = left_.substr(0, end);
        left_.erase(0, end);
        return name.empty() ? "." : name;
    }

    Result<Handle> pass(const std::string& name) const { return open_at(at_.get(), name.c_str(), kPassing | kNoLinks); }

    Result<Handle> open_last(const std::string& name) const
    {
        const int directory = left_.empty() ? 0 : O_DIRECTORY;  // "name/"
        const bool is_directory = ((flags_ | directory) & O_DIRECTORY) != 0;
        if (!is_directory && !ends_well(at_)) return fail(Operation::LeaveRoot, ELOOP);
        auto opened = open_at(at_.get(), name.c_str(), flags_ | directory | kNoLinks, mode_);
        if (opened && is_directory && !ends_well(*opened)) return fail(Operation::LeaveRoot, ELOOP);
        return opened;
    }

    bool ends_well(const Handle& directory) const
    {
        return policy_.confined_to.empty() || is_in_or_below(directory, policy_.confined_to);
    }

    /// Of a link opened with O_NOFOLLOW. O_DIRECTORY may speak first.
    static bool is_link_error(const Error& error)
    {
        return error.operation == Operation::Open && (error.code == ELOOP || error.code == ENOTDIR);
    }

    /// Puts where the link `name` leads in front of what is left; or gives what the kernel alone knows the way to.
    Result<std::optional<Result<Handle>>> through_link(const std::string& name, bool last, const Error& refused)
    {
        const auto link = read_owned_link(at_.get(), name.c_str());
        if (!link) return std::unexpected(link.error().code == EINVAL ? refused : link.error());
        if (!policy_.any_links && link->owner != policy_.user && link->owner != 0)
            return fail(Operation::PassLink, ELOOP);
        if (++links_ > kMostLinks) return fail(Operation::Open, ELOOP);
        if (link->by_kernel) return through_kernel(name, last);
        left_.insert(0, link->target);
        if (link->target.empty()) return fail(Operation::Open, ENOENT);
        if (!link->target.starts_with('/')) return std::nullopt;
        if (auto begun = begin(AT_FDCWD); !begun) return std::unexpected(begun.error());
        return std::nullopt;
    }

    /// Nobody but the kernel can exchange such a link.
    std::optional<Result<Handle>> through_kernel(const std::string& name, bool last) const
    {
        if (!last) return open_at(at_.get(), name.c_str(), kPassing);
        if (!policy_.confined_to.empty()) return fail(Operation::LeaveRoot, ELOOP);
        return open_at(at_.get(), name.c_str(), flags_ | (left_.empty() ? 0 : O_DIRECTORY), mode_);
    }

    const int flags_;
    const mode_t mode_;
    const PathPolicy& policy_;
    Handle at_;         // the directory reached
    std::string left_;  // of the path
    int links_ = 0;
};

}  // namespace

Result<Handle> open_path(int start, const std::string& path, int flags, mode_t mode, const PathPolicy& policy)
{
    if (policy.confined_to.empty()) {
        if (policy.any_links) return open_at(start, path.c_str(), flags, mode);
        Handle handle(sys::call("openat2", [&] { return open_without_links(start, path.c_str(), flags, mode); }));
        if (handle) return handle;
        // ENOSYS: before Linux 5.6; EPERM: forbidden by a sandbox that does not know it.
        if (errno != ELOOP && errno != ENOSYS && errno != EPERM) return fail(Operation::Open, errno);
    }
    return PathWalk(flags, mode, policy).open(start, path);
}

}  // namespace arsync::platform
