#include "platform/linux/xattr_calls.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

// Numbers of the *xattrat calls, the same on all architectures; Debian 12's headers do not have them.
constexpr long kSetXattrAt = 463;
constexpr long kGetXattrAt = 464;
constexpr long kListXattrAt = 465;
constexpr long kRemoveXattrAt = 466;

/// struct xattr_args of linux/xattr.h.
struct ValueArguments {
    alignas(8) std::uint64_t value;
    std::uint32_t size;
    std::uint32_t flags;
};

int link_flag(AttributeTarget target)
{
    return target.follows() ? 0 : AT_SYMLINK_NOFOLLOW;
}

/// That of a path handle leads to the file itself, and is to be followed.
std::string path_of(AttributeTarget target)
{
    auto path = "/proc/self/fd/" + std::to_string(target.descriptor());
    return target.is_path_handle() ? path : path + "/" + target.name();
}

bool follows_path(AttributeTarget target)
{
    return target.is_path_handle() || target.follows();
}

/// Calls `by_descriptor` for an open target; for a name `by_name`, or `by_path` where the kernel does not know that.
template <class ByDescriptor, class ByName, class ByPath>
ssize_t dispatch(AttributeTarget target, const char* operation, ByDescriptor by_descriptor, ByName by_name,
                 ByPath by_path)
{
    if (target.name() == nullptr) return sys::call(operation, [&]() -> ssize_t { return by_descriptor(); });
    static std::atomic<bool> kernel_knows_names = true;
    // The *xattrat calls take no O_PATH handle (EBADF).
    if (!target.is_path_handle() && kernel_knows_names.load(std::memory_order_relaxed)) {
        const ssize_t result = sys::call(operation, [&]() -> ssize_t { return by_name(); });
        // An old seccomp profile answers EPERM to calls that it does not know; so may a file system.
        if (result != -1 || (errno != ENOSYS && errno != EPERM)) return result;
    }
    const std::string path = path_of(target);
    const ssize_t result = sys::call(operation, [&]() -> ssize_t { return by_path(path.c_str()); });
    if (result != -1 && !target.is_path_handle()) kernel_knows_names.store(false, std::memory_order_relaxed);
    return result;
}

/// Reads a value of unknown length: a first try with a buffer that nearly always fits, then what the kernel asks for.
template <class Read>
Result<std::optional<std::string>> read_growing(Read read)
{
    char first[512];
    const ssize_t short_length = read(first, sizeof first);
    if (short_length >= 0) return std::string(first, static_cast<std::size_t>(short_length));
    for (std::string buffer;;) {
        if (errno == ENODATA || errno == EOPNOTSUPP) return std::nullopt;
        if (errno != ERANGE) return fail(Operation::ReadXattr, errno);
        const ssize_t needed = read(nullptr, 0);
        if (needed == -1) return fail(Operation::ReadXattr, errno);
        buffer.resize(static_cast<std::size_t>(needed) + 64);  // it may grow between the calls
        const ssize_t length = read(buffer.data(), buffer.size());
        if (length < 0) continue;
        buffer.resize(static_cast<std::size_t>(length));
        return buffer;
    }
}

}  // namespace

Result<std::string> list_xattr_names(AttributeTarget target)
{
    auto names = read_growing([&](char* buffer, std::size_t size) {
        return dispatch(
            target, "flistxattr", [&] { return ::flistxattr(target.descriptor(), buffer, size); },
            [&] {
                return ::syscall(kListXattrAt, target.descriptor(), target.name(), link_flag(target), buffer, size);
            },
            [&](const char* path) {
                return follows_path(target) ? ::listxattr(path, buffer, size) : ::llistxattr(path, buffer, size);
            });
    });
    if (!names) return std::unexpected(names.error());
    return std::move(*names).value_or(std::string());
}

Result<std::optional<std::string>> get_xattr(AttributeTarget target, const char* name)
{
    return read_growing([&](char* buffer, std::size_t size) {
        return dispatch(
            target, "fgetxattr", [&] { return ::fgetxattr(target.descriptor(), name, buffer, size); },
            [&] {
                const ValueArguments value{reinterpret_cast<std::uintptr_t>(buffer), static_cast<std::uint32_t>(size),
                                           0};
                return ::syscall(kGetXattrAt, target.descriptor(), target.name(), link_flag(target), name, &value,
                                 sizeof value);
            },
            [&](const char* path) {
                return follows_path(target) ? ::getxattr(path, name, buffer, size)
                                            : ::lgetxattr(path, name, buffer, size);
            });
    });
}

Status write_xattr(AttributeTarget target, const char* name, const std::string& value)
{
    const auto result = dispatch(
        target, "fsetxattr", [&] { return ::fsetxattr(target.descriptor(), name, value.data(), value.size(), 0); },
        [&] {
            const ValueArguments arguments{reinterpret_cast<std::uintptr_t>(value.data()),
                                           static_cast<std::uint32_t>(value.size()), 0};
            return ::syscall(kSetXattrAt, target.descriptor(), target.name(), AT_SYMLINK_NOFOLLOW, name, &arguments,
                             sizeof arguments);
        },
        [&](const char* path) {
            return target.is_path_handle() ? ::setxattr(path, name, value.data(), value.size(), 0)
                                           : ::lsetxattr(path, name, value.data(), value.size(), 0);
        });
    if (result == -1) return fail(Operation::WriteXattr, errno);
    return {};
}

Status erase_xattr(AttributeTarget target, const char* name)
{
    const auto result = dispatch(
        target, "fremovexattr", [&] { return ::fremovexattr(target.descriptor(), name); },
        [&] { return ::syscall(kRemoveXattrAt, target.descriptor(), target.name(), AT_SYMLINK_NOFOLLOW, name); },
        [&](const char* path) {
            return target.is_path_handle() ? ::removexattr(path, name) : ::lremovexattr(path, name);
        });
    if (result == -1 && errno != ENODATA && errno != EOPNOTSUPP) return fail(Operation::WriteXattr, errno);
    return {};
}

}  // namespace arsync::platform
