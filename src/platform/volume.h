#pragma once
// Facts about the file system behind a directory.

#include <cstdint>
#include <string>

#include "base/error.h"
#include "platform/directory.h"

namespace arsync::platform {

struct VolumeFacts {
    std::string type;  // "ext4", "btrfs", "apfs"; empty where unknown
    bool read_only = false;
    bool supports_clone = false;       // as far as the type tells; the first try decides
    bool preallocation_helps = false;  // never on tmpfs (measured by mold: slower), never on copy-on-write volumes
    bool kernel_copy_helps = false;    // copy_file_range shares blocks or runs on a server
    std::uint64_t block_size = 4096;
};

[[nodiscard]] Result<VolumeFacts> volume_facts(const Directory& directory);

}  // namespace arsync::platform
