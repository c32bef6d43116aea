#include "platform/darwin/xattr_calls.h"

#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "platform/attributes.h"
#include "platform/darwin/open_target.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

/// A resource fork may be as large as a file: it goes in pieces.
constexpr std::size_t kForkPiece = std::size_t{1} << 20;

bool is_resource_fork(std::string_view name)
{
    return name == XATTR_RESOURCEFORK_NAME;
}

/// The system sets these on its own account and answers EPERM to anybody else.
bool is_systems_own(std::string_view name)
{
    return name == "com.apple.provenance" || name == "com.apple.macl" || name == "com.apple.rootless" ||
           name.starts_with("com.apple.system.");
}

/// No such attribute, or a file system or kind of file without any.
bool is_absence(int code)
{
    return code == ENOATTR || code == ENOTSUP || code == EOPNOTSUPP;
}

ssize_t read_piece(int descriptor, const std::string& name, char* buffer, std::size_t size, std::uint32_t position)
{
    return sys::call("fgetxattr", [&] { return ::fgetxattr(descriptor, name.c_str(), buffer, size, position, 0); });
}

Result<std::optional<std::string>> read_fork(int descriptor, const std::string& name)
{
    std::string value;
    for (;;) {
        const auto position = value.size();
        value.resize(position + kForkPiece);
        const auto count =
            read_piece(descriptor, name, value.data() + position, kForkPiece, static_cast<std::uint32_t>(position));
        if (count == -1) {
            if (is_absence(errno) && position == 0) return std::nullopt;
            return fail(Operation::ReadXattr, errno);
        }
        value.resize(position + static_cast<std::size_t>(count));
        if (static_cast<std::size_t>(count) < kForkPiece) return value;
    }
}

Result<std::optional<std::string>> read_value(int descriptor, const std::string& name)
{
    for (std::string value(512, '\0');;) {
        const auto length = read_piece(descriptor, name, value.data(), value.size(), 0);
        if (length >= 0) {
            value.resize(static_cast<std::size_t>(length));
            return value;
        }
        if (is_absence(errno)) return std::nullopt;
        if (errno != ERANGE) return fail(Operation::ReadXattr, errno);
        const auto needed = read_piece(descriptor, name, nullptr, 0, 0);
        if (needed == -1) return fail(Operation::ReadXattr, errno);
        value.resize(static_cast<std::size_t>(needed) + 64);  // it may grow between the calls
    }
}

int erase(int descriptor, const std::string& name)
{
    return sys::call("fremovexattr", [&] { return ::fremovexattr(descriptor, name.c_str(), 0); });
}

Status write_piece(int descriptor, const std::string& name, std::string_view bytes, std::uint32_t position)
{
    const int result = sys::call(
        "fsetxattr", [&] { return ::fsetxattr(descriptor, name.c_str(), bytes.data(), bytes.size(), position, 0); });
    if (result == -1) return fail(Operation::WriteXattr, errno);
    return {};
}

/// Writing at a position does not shorten a fork, so the old one goes first.
Status write_fork(int descriptor, const Xattr& xattr)
{
    if (erase(descriptor, xattr.name) == -1 && errno != ENOATTR) return fail(Operation::WriteXattr, errno);
    for (std::size_t at = 0; at < xattr.value.size(); at += kForkPiece) {
        const auto piece = std::string_view(xattr.value).substr(at, kForkPiece);
        const auto written = write_piece(descriptor, xattr.name, piece, static_cast<std::uint32_t>(at));
        if (!written) return written;
    }
    return {};
}

Result<std::string> list_of(int descriptor)
{
    // Without XATTR_SHOWCOMPRESSION, com.apple.decmpfs and the resource fork that holds compressed data are not
    // listed: whoever reads the file reads it uncompressed.
    for (std::string names(512, '\0');;) {
        const auto length =
            sys::call("flistxattr", [&] { return ::flistxattr(descriptor, names.data(), names.size(), 0); });
        if (length >= 0) {
            names.resize(static_cast<std::size_t>(length));
            return names;
        }
        if (is_absence(errno)) return std::string();
        if (errno != ERANGE) return fail(Operation::ReadXattr, errno);
        const auto needed = sys::call("flistxattr", [&] { return ::flistxattr(descriptor, nullptr, 0, 0); });
        if (needed == -1) return fail(Operation::ReadXattr, errno);
        names.resize(static_cast<std::size_t>(needed) + 256);
    }
}

}  // namespace

Result<std::string> list_xattr_names(int descriptor)
{
    auto names = list_of(descriptor);
    if (!names) return names;
    std::string kept;
    for (const auto& name : split_xattr_names(*names)) {
        if (!is_systems_own(name)) kept.append(name).push_back('\0');
    }
    return kept;
}

std::vector<std::string> split_xattr_names(std::string_view names)
{
    std::vector<std::string> result;
    while (!names.empty()) {
        result.emplace_back(names.substr(0, names.find('\0')));
        names.remove_prefix(std::min(names.size(), result.back().size() + 1));
    }
    return result;
}

Result<std::optional<std::string>> get_xattr(int descriptor, const std::string& name)
{
    return is_resource_fork(name) ? read_fork(descriptor, name) : read_value(descriptor, name);
}

Status set_xattr(AttributeTarget target, const Xattr& xattr)
{
    const auto open = OpenTarget::open(target, Operation::WriteXattr);
    if (!open) return std::unexpected(open.error());
    if (!*open) return fail(Operation::WriteXattr, EPERM);
    const int descriptor = (*open)->descriptor();
    return is_resource_fork(xattr.name) ? write_fork(descriptor, xattr)
                                        : write_piece(descriptor, xattr.name, xattr.value, 0);
}

Status remove_xattr(AttributeTarget target, const std::string& name)
{
    const auto open = OpenTarget::open(target, Operation::WriteXattr);
    if (!open) return std::unexpected(open.error());
    if (!*open) return {};
    if (erase((*open)->descriptor(), name) == -1 && errno != ENOATTR) return fail(Operation::WriteXattr, errno);
    return {};
}

}  // namespace arsync::platform
