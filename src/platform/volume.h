#pragma once
// Facts about the file system behind a directory.

#include <cstdint>
#include <optional>
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
    bool names_fold = false;           // names that differ in case or Unicode normal form alone are one name
    std::uint64_t block_size = 4096;
};

[[nodiscard]] Result<VolumeFacts> volume_facts(const Directory& directory);

/// What was written to the volume before is on stable storage when this returns: the last step after File::sync().
/// (Linux: syncfs; macOS: F_FULLFSYNC, since fsync leaves data in the drive's cache.)
[[nodiscard]] Status sync_volume(const Directory& directory);

/// Where the files of "/" can be reached a second time (macOS: /System/Volumes/Data, whose directories firmlinks show
/// in "/" as well); nullopt where there is no such place.
[[nodiscard]] std::optional<FileIdentity> second_way_to_root();

}  // namespace arsync::platform
