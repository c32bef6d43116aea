// Structures and constants of macOS 13's file-system calls (x86_64, 64 bit inodes), as in its sys/stat.h, sys/mount.h,
// sys/attr.h, sys/fcntl.h, dirent.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace machorun {

struct DarwinTimespec {
    int64_t seconds;
    int64_t nanoseconds;
};

struct DarwinStat {
    int32_t dev;
    uint16_t mode;
    uint16_t nlink;
    uint64_t ino;
    uint32_t uid;
    uint32_t gid;
    int32_t rdev;
    DarwinTimespec access_time;
    DarwinTimespec modification_time;
    DarwinTimespec change_time;
    DarwinTimespec birth_time;
    int64_t size;
    int64_t blocks;
    int32_t block_size;
    uint32_t flags;
    uint32_t generation;
    int32_t spare;
    int64_t spares[2];
};
static_assert(sizeof(DarwinStat) == 144 && offsetof(DarwinStat, birth_time) == 80 &&
              offsetof(DarwinStat, flags) == 116);

struct DarwinStatfs {
    uint32_t block_size;
    int32_t io_size;
    uint64_t blocks;
    uint64_t blocks_free;
    uint64_t blocks_available;
    uint64_t files;
    uint64_t files_free;
    int32_t fsid[2];
    uint32_t owner;
    uint32_t type;
    uint32_t flags;
    uint32_t subtype;
    char type_name[16];
    char mounted_on[1024];
    char mounted_from[1024];
    uint32_t extended_flags;
    uint32_t reserved[7];
};
static_assert(sizeof(DarwinStatfs) == 2168 && offsetof(DarwinStatfs, type_name) == 72);

struct DarwinStatvfs {
    uint64_t block_size;
    uint64_t fragment_size;
    uint32_t blocks, blocks_free, blocks_available;  // fsblkcnt_t is 32 bits wide on macOS
    uint32_t files, files_free, files_available;
    uint64_t fsid;
    uint64_t flags;
    uint64_t name_max;
};
static_assert(sizeof(DarwinStatvfs) == 64 && offsetof(DarwinStatvfs, fsid) == 40);

struct DarwinDirent {
    uint64_t ino;
    uint64_t position;
    uint16_t record_length;
    uint16_t name_length;
    uint8_t type;
    char name[1024];
};
static_assert(sizeof(DarwinDirent) == 1048 && offsetof(DarwinDirent, name) == 21);

struct AttributeSet {
    uint32_t common;
    uint32_t volume;
    uint32_t directory;
    uint32_t file;
    uint32_t fork;
};
static_assert(sizeof(AttributeSet) == 20);

struct AttributeList {
    uint16_t bitmap_count;
    uint16_t reserved;
    AttributeSet wanted;
};
static_assert(sizeof(AttributeList) == 24);

namespace darwin {

constexpr int kAtFdcwd = -2;
constexpr int kAtEaccess = 0x10;
constexpr int kAtSymlinkNofollow = 0x20;
constexpr int kAtSymlinkFollow = 0x40;
constexpr int kAtRemovedir = 0x80;
constexpr int kAtSymlinkNofollowAny = 0x800;

constexpr size_t kPathMax = 1024;  // PATH_MAX with its zero byte; Linux allows 4096

constexpr uint32_t kUfNodump = 0x1;
constexpr uint32_t kUfImmutable = 0x2;
constexpr uint32_t kUfAppend = 0x4;
constexpr uint32_t kUfOpaque = 0x8;
constexpr uint32_t kUfCompressed = 0x20;
constexpr uint32_t kUfTracked = 0x40;
constexpr uint32_t kUfDatavault = 0x80;
constexpr uint32_t kUfHidden = 0x8000;
constexpr uint32_t kSfArchived = 0x10000;
constexpr uint32_t kSfImmutable = 0x20000;
constexpr uint32_t kSfAppend = 0x40000;
constexpr uint32_t kSfRestricted = 0x80000;
constexpr uint32_t kSfNounlink = 0x100000;
constexpr uint32_t kSfFirmlink = 0x800000;
constexpr uint32_t kSfDataless = 0x40000000;

}  // namespace darwin
}  // namespace machorun
