#include "fs_state.h"

#include <charconv>
#include <cstdio>
#include <tuple>

#include <fcntl.h>
#include <sys/xattr.h>

#include "darwin_errno.h"

namespace machorun {

std::string linux_attribute(const Object& object, std::string_view name)
{
    // xattr(7): user attributes are for regular files and directories only.
    const bool ordinary = object.is_file() || object.is_directory();
    return (ordinary ? "user." : "trusted.machorun.") + std::string(name);
}

std::optional<std::string> read_state(const Object& object, std::string_view name)
{
    const int saved = errno;
    const std::string attribute = linux_attribute(object, "machorun." + std::string(name));
    char small[128];
    ssize_t length = getxattr(object.link().c_str(), attribute.c_str(), small, sizeof small);
    std::optional<std::string> text;
    if (length >= 0) {
        text.emplace(small, static_cast<size_t>(length));
    } else if (errno == ERANGE) {
        std::string large(65536, '\0');
        length = getxattr(object.link().c_str(), attribute.c_str(), large.data(), large.size());
        if (length >= 0) text.emplace(large.data(), static_cast<size_t>(length));
    }
    errno = saved;
    return text;
}

int write_state(const Object& object, std::string_view name, const std::string& text)
{
    const int saved = errno;
    const std::string attribute = linux_attribute(object, "machorun." + std::string(name));
    int error = 0;
    if (text.empty()) {
        if (removexattr(object.link().c_str(), attribute.c_str()) != 0 && errno != ENODATA) error = to_darwin(errno);
    } else if (setxattr(object.link().c_str(), attribute.c_str(), text.data(), text.size(), 0) != 0) {
        error = to_darwin(errno);
    }
    errno = saved;
    return error;
}

uint32_t flags_of(const Object& object)
{
    const auto text = read_state(object, "flags");
    return text ? static_cast<uint32_t>(std::strtoul(text->c_str(), nullptr, 0)) : 0;
}

int set_flags(const Object& object, uint32_t flags)
{
    if (flags == flags_of(object)) return 0;
    char text[16] = "";
    if (flags) std::snprintf(text, sizeof text, "0x%x", flags);
    return write_state(object, "flags", text);
}

DarwinTimespec birth_time_of(const Object& object)
{
    long long seconds;
    long nanoseconds;
    const auto text = read_state(object, "birth");
    if (text && std::sscanf(text->c_str(), "%lld.%ld", &seconds, &nanoseconds) == 2) return {seconds, nanoseconds};
    struct statx info = {};
    statx(object.fd(), "", AT_EMPTY_PATH, STATX_BTIME, &info);
    if (info.stx_mask & STATX_BTIME) return {info.stx_btime.tv_sec, info.stx_btime.tv_nsec};
    // A file system that knows no birth time: macOS gives the change time for those.
    const timespec& change = object.status().st_ctim;
    return {change.tv_sec, change.tv_nsec};
}

int set_birth_time(const Object& object, DarwinTimespec time)
{
    char text[48];
    std::snprintf(text, sizeof text, "%lld.%09ld", static_cast<long long>(time.seconds),
                  static_cast<long>(time.nanoseconds));
    return write_state(object, "birth", text);
}

void keep_birth_before_modification(const Object& object)
{
    struct stat status;
    if (fstat(object.fd(), &status) != 0) return;
    const DarwinTimespec birth = birth_time_of(object);
    const DarwinTimespec change{status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
    const bool earlier = std::tie(change.seconds, change.nanoseconds) < std::tie(birth.seconds, birth.nanoseconds);
    if (earlier) set_birth_time(object, change);
}

unsigned mode_of(const Object& object)
{
    const unsigned mode = object.status().st_mode;
    if (!object.is_link()) return mode;
    const auto text = read_state(object, "mode");
    // A new link has 0755 on macOS under the usual umask, where Linux shows 0777.
    const unsigned bits = text ? static_cast<unsigned>(std::strtoul(text->c_str(), nullptr, 8)) : 0755U;
    return (mode & S_IFMT) | (bits & 07777U);
}

}  // namespace machorun
