#pragma once
// The type that a directory entry carries (d_type).

#include <dirent.h>

#include <cstdint>

#include "platform/metadata.h"

namespace arsync::platform {

[[nodiscard]] constexpr FileType listed_type(std::uint8_t type)
{
    switch (type) {
        case DT_REG: return FileType::Regular;
        case DT_DIR: return FileType::Directory;
        case DT_LNK: return FileType::Symlink;
        case DT_FIFO: return FileType::Fifo;
        case DT_SOCK: return FileType::Socket;
        case DT_CHR: return FileType::CharacterDevice;
        case DT_BLK: return FileType::BlockDevice;
        default: return FileType::Unknown;
    }
}

}  // namespace arsync::platform
