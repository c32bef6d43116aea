// What macOS does with names beyond POSIX.

#include "platform/directory.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/stdio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>

#include "platform/attributes.h"
#include "platform/posix/node.h"
#include "platform/posix/rename.h"
#include "platform/posix/sys.h"
#include "platform/process.h"

namespace arsync::platform {
namespace {

/// What bind(2) needs for a name in a directory. "/.vol/DEVICE/INODE" is a directory by what it is: whoever swaps names
/// above it meanwhile leads nobody astray. nullopt: does not fit, there are 104 bytes.
std::optional<sockaddr_un> socket_address(const FileIdentity& directory, NameView name)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const int length = std::snprintf(address.sun_path, sizeof address.sun_path, "/.vol/%llu/%llu/%s",
                                     static_cast<unsigned long long>(directory.device),
                                     static_cast<unsigned long long>(directory.inode), name.c_str());
    if (length < 0 || static_cast<std::size_t>(length) >= sizeof address.sun_path) return std::nullopt;
    return address;
}

/// mknod(2) makes no sockets here; bind(2) does, but takes a path.
Status make_socket(const Directory& directory, NameView name, Mode mode)
{
    const auto facts = directory.stat();
    if (!facts) return fail(Operation::MakeNode, facts.error().code);
    const auto address = socket_address(facts->identity, name);
    if (!address) {
        const auto shorter = Name::make(".socket." + std::to_string(random_number()));
        if (const auto made = make_socket(directory, *shorter, mode); !made) return made;
        auto renamed = directory.rename_exclusively(*shorter, name);
        if (!renamed) static_cast<void>(directory.unlink(*shorter));
        return renamed;
    }
    const Handle socket(sys::call("socket", [] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }));
    if (!socket) return fail(Operation::MakeNode, errno);
    const int bound = sys::call(
        "bind", [&] { return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address); });
    if (bound == -1) return fail(Operation::MakeNode, errno == EADDRINUSE ? EEXIST : errno);
    const auto set = set_mode({directory, name}, mode);
    if (set) return {};
    static_cast<void>(directory.unlink(name));
    return fail(Operation::MakeNode, set.error().code);
}

}  // namespace

Status Directory::make_node(NameView name, FileType type, Mode mode, DeviceNumber number) const
{
    if (type == FileType::Socket) return make_socket(*this, name, mode);
    const int result = type == FileType::Fifo  // mknod is the super-user's, even for fifos
                           ? sys::call("mkfifoat", [&] { return ::mkfifoat(handle_.get(), name.c_str(), mode); })
                           : sys::call("mknodat", [&] {
                                 return ::mknodat(handle_.get(), name.c_str(),
                                                  static_cast<mode_t>(mode | type_bits(type)), device_number(number));
                             });
    if (result == -1) return fail(Operation::MakeNode, errno);
    return {};
}

Status Directory::rename_exclusively(NameView from, NameView to) const
{
    const int result = sys::call("renameatx_np", [&] {
        return ::renameatx_np(handle_.get(), from.c_str(), handle_.get(), to.c_str(), RENAME_EXCL);
    });
    if (result == 0) return {};
    // Volumes without VOL_CAP_INT_RENAME_EXCL say so.
    if (errno == ENOTSUP || errno == EINVAL) return rename_over_placeholder(*this, from, to);
    return fail(Operation::Rename, errno);
}

}  // namespace arsync::platform
