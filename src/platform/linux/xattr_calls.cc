#include "platform/linux/xattr_calls.h"

#include <sys/xattr.h>

#include <cerrno>

#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

std::string path_of(AttributeTarget target)
{
    return "/proc/self/fd/" + std::to_string(target.descriptor()) + "/" + target.name();
}

/// Calls `by_descriptor` or `by_path`, whichever fits the target.
template <class ByDescriptor, class ByPath>
auto dispatch(AttributeTarget target, const char* operation, ByDescriptor by_descriptor, ByPath by_path)
{
    if (target.name() == nullptr) return sys::call(operation, by_descriptor);
    const std::string path = path_of(target);
    return sys::call(operation, [&] { return by_path(path.c_str()); });
}

/// Reads a value of unknown length: a first try with a buffer that nearly always fits, then what the kernel asks for.
template <class Read>
Result<std::optional<std::string>> read_growing(Read read)
{
    for (std::string buffer(256, '\0');;) {
        const ssize_t length = read(buffer.data(), buffer.size());
        if (length >= 0) {
            buffer.resize(static_cast<std::size_t>(length));
            return buffer;
        }
        if (errno == ENODATA || errno == EOPNOTSUPP) return std::nullopt;
        if (errno != ERANGE) return fail(Operation::ReadXattr, errno);
        const ssize_t needed = read(nullptr, 0);
        if (needed == -1) return fail(Operation::ReadXattr, errno);
        buffer.resize(static_cast<std::size_t>(needed) + 64);  // it may grow between the calls
    }
}

}  // namespace

Result<std::string> list_xattr_names(AttributeTarget target)
{
    auto names = read_growing([&](char* buffer, std::size_t size) {
        return dispatch(
            target, "flistxattr", [&] { return ::flistxattr(target.descriptor(), buffer, size); },
            [&](const char* path) { return ::llistxattr(path, buffer, size); });
    });
    if (!names) return std::unexpected(names.error());
    return std::move(*names).value_or(std::string());
}

Result<std::optional<std::string>> get_xattr(AttributeTarget target, const char* name)
{
    return read_growing([&](char* buffer, std::size_t size) {
        return dispatch(
            target, "fgetxattr", [&] { return ::fgetxattr(target.descriptor(), name, buffer, size); },
            [&](const char* path) { return ::lgetxattr(path, name, buffer, size); });
    });
}

Status write_xattr(AttributeTarget target, const char* name, const std::string& value)
{
    const int result = dispatch(
        target, "fsetxattr", [&] { return ::fsetxattr(target.descriptor(), name, value.data(), value.size(), 0); },
        [&](const char* path) { return ::lsetxattr(path, name, value.data(), value.size(), 0); });
    if (result == -1) return fail(Operation::WriteXattr, errno);
    return {};
}

Status erase_xattr(AttributeTarget target, const char* name)
{
    const int result = dispatch(
        target, "fremovexattr", [&] { return ::fremovexattr(target.descriptor(), name); },
        [&](const char* path) { return ::lremovexattr(path, name); });
    if (result == -1 && errno != ENODATA && errno != EOPNOTSUPP) return fail(Operation::WriteXattr, errno);
    return {};
}

}  // namespace arsync::platform
