#pragma once
// What a file system knows about a file, in one shape for every system.

#include <compare>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace arsync::platform {

enum class FileType : std::uint8_t {
    Unknown,  // only from a listing whose file system does not tell types
    Regular,
    Directory,
    Symlink,
    Fifo,
    Socket,
    CharacterDevice,
    BlockDevice,
};

/// Permission bits with set-user-id, set-group-id and sticky: 07777.
using Mode = std::uint16_t;
/// What the owner of a directory needs to work in it.
inline constexpr Mode kOwnerAccess = 0700;
using UserId = std::uint32_t;
using GroupId = std::uint32_t;

/// Two names are the same file exactly if their identities are equal (while one of them is held open).
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;

    friend constexpr auto operator<=>(const FileIdentity&, const FileIdentity&) = default;
};

struct DeviceNumber {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;

    friend constexpr auto operator<=>(const DeviceNumber&, const DeviceNumber&) = default;
};

/// File flags (chflags(2)) in the system's own bits; systems that have none say 0.
using FileFlags = std::uint32_t;

struct Metadata {
    FileType type = FileType::Unknown;
    Mode mode = 0;
    UserId user = 0;
    GroupId group = 0;
    std::uint32_t link_count = 0;
    DeviceNumber node;            // of a device file
    std::uint64_t size = 0;       // bytes; of a symlink the length of its target
    std::uint64_t allocated = 0;  // bytes on the disk
    FileIdentity identity;
    Timestamp accessed;
    Timestamp modified;
    Timestamp changed;
    std::optional<Timestamp> born;  // where the file system keeps it
    FileFlags flags = 0;
    bool mount_root = false;  // another file system is mounted here
    bool dataless = false;    // its data is elsewhere (macOS: in iCloud) and would be fetched by reading it
};

}  // namespace arsync::platform
