// Making sockets with a name: socket(2), bind(2). Addresses are AF_UNIX only. Paths of the form /.vol/DEVICE/INODE/NAME
// (volfs: a directory by what it is) are understood for directories that the program holds open.
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string>

#include <dirent.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_creation.h"
#include "fs_guard.h"
#include "fs_layout.h"
#include "fs_state.h"
#include "fs_tables.h"
#include "paths.h"
#include "volumes.h"

namespace machorun {
namespace {

struct DarwinAddress {
    uint8_t length;
    uint8_t family;
    char path[104];
};
static_assert(sizeof(DarwinAddress) == 106);

int darwin_socket(int domain, int type, int protocol)
{
    constexpr int kFamilyNotSupported = 47;
    if (domain != AF_UNIX) return fail(kFamilyNotSupported);
    return fix(socket(domain, type, protocol));
}

// The program's own descriptor of the directory with that st_dev and st_ino; -1 if it holds none.
int held_directory(long long device, unsigned long long inode)
{
    DIR* descriptors = opendir("/proc/self/fd");
    if (descriptors == nullptr) return -1;
    int found = -1;
    while (const dirent* entry = found == -1 ? readdir(descriptors) : nullptr) {
        char* end = nullptr;
        const auto fd = static_cast<int>(std::strtol(entry->d_name, &end, 10));
        if (end == entry->d_name || fd == dirfd(descriptors)) continue;
        const auto object = Object::of(fd);
        if (object && object->is_directory() && object->status().st_ino == inode && object->device() == device)
            found = fd;
    }
    closedir(descriptors);
    return found;
}

// Linux names a socket by a path too, and one through /proc reaches a held directory.
int bind_at(int fd, const Place& place)
{
    const Descriptor parent = place.open_parent();
    if (parent.get() < 0) return fix(-1);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const int length = std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", parent.get(),
                                     place.name.c_str());
    if (length < 0 || static_cast<size_t>(length) >= sizeof address.sun_path) return fail(darwin::kEnametoolong);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return fix(-1);
    settle_new_entry(place);
    return 0;
}

int darwin_bind(int fd, const void* bytes, uint32_t size)
{
    const auto* address = static_cast<const DarwinAddress*>(bytes);
    if (size < offsetof(DarwinAddress, path) + 1 || address->family != AF_UNIX) return fail(EINVAL);
    const std::string path(address->path, strnlen(address->path, size - offsetof(DarwinAddress, path)));
    long long device = 0;
    unsigned long long inode = 0;
    int at = 0;
    int directory = darwin::kAtFdcwd;
    if (std::sscanf(path.c_str(), "/.vol/%lld/%llu/%n", &device, &inode, &at) == 2 && at > 0) {
        directory = held_directory(device, inode);
        if (directory < 0) return fail(ENOENT);
    }
    const auto place = find_place(directory, path.c_str() + at, Links::kNofollow);
    if (!place) return fail(place.error());
    if (const int error = refuse_new_entry(*place)) return fail(error);
    return bind_at(fd, *place);
}

}  // namespace

std::span<const Import> named_socket_imports()
{
    static const Import imports[] = {import("socket", darwin_socket), import("bind", darwin_bind)};
    return imports;
}

}  // namespace machorun
