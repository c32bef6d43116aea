#pragma once
// Between arsync's types and the bits of stat(2) and mknod(2).

#include <sys/stat.h>
#include <sys/types.h>

#include "platform/metadata.h"

#if __has_include(<sys/sysmacros.h>)  // glibc keeps makedev there, macOS in <sys/types.h>
#include <sys/sysmacros.h>
#endif

namespace arsync::platform {

[[nodiscard]] constexpr mode_t type_bits(FileType type)
{
    switch (type) {
        case FileType::Regular: return S_IFREG;
        case FileType::Directory: return S_IFDIR;
        case FileType::Symlink: return S_IFLNK;
        case FileType::Fifo: return S_IFIFO;
        case FileType::Socket: return S_IFSOCK;
        case FileType::CharacterDevice: return S_IFCHR;
        case FileType::BlockDevice: return S_IFBLK;
        case FileType::Unknown: break;
    }
    return 0;
}

[[nodiscard]] constexpr FileType type_of(unsigned mode)
{
    switch (mode & S_IFMT) {
        case S_IFREG: return FileType::Regular;
        case S_IFDIR: return FileType::Directory;
        case S_IFLNK: return FileType::Symlink;
        case S_IFIFO: return FileType::Fifo;
        case S_IFSOCK: return FileType::Socket;
        case S_IFCHR: return FileType::CharacterDevice;
        case S_IFBLK: return FileType::BlockDevice;
        default: return FileType::Unknown;
    }
}

[[nodiscard]] inline dev_t device_number(DeviceNumber number)
{
    return makedev(number.major, number.minor);
}

}  // namespace arsync::platform
