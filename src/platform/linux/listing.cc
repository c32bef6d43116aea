#include "platform/listing.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "platform/posix/listed_type.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

/// Larger buffers do not make getdents64 quicker per name (measured from 4 KiB up).
constexpr std::size_t kBlock = std::size_t{32} * 1024;

/// linux_dirent64 of getdents64(2), which glibc does not declare.
struct Record {
    std::uint64_t inode;
    std::int64_t offset;
    std::uint16_t length;
    std::uint8_t type;
    char name[1];
};

bool is_self_or_parent(const char* name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

}  // namespace

Listing Listing::read(const Directory& directory)
{
    Listing listing;
    thread_local const auto scratch = std::make_unique<char[]>(kBlock);
    // The handle may have been listed before: its position is shared by all who use it.
    if (sys::call("lseek", [&] { return ::lseek(directory.handle().get(), 0, SEEK_SET); }) == -1) {
        listing.failure_ = Error{Operation::List, errno};
        return listing;
    }
    for (;;) {
        const auto count = sys::call(
            "getdents64", [&] { return ::syscall(SYS_getdents64, directory.handle().get(), scratch.get(), kBlock); });
        if (count == -1) listing.failure_ = Error{Operation::List, errno};
        if (count <= 0) return listing;

        // Most directories are small: keep what was filled, not the block.
        auto& block = listing.blocks_.emplace_back(new char[static_cast<std::size_t>(count)]);
        std::memcpy(block.get(), scratch.get(), static_cast<std::size_t>(count));
        for (long at = 0; at < count;) {
            const char* record = block.get() + at;
            std::uint16_t length = 0;
            std::memcpy(&length, record + offsetof(Record, length), sizeof length);
            const char* name = record + offsetof(Record, name);
            if (!is_self_or_parent(name)) {
                const auto type = static_cast<std::uint8_t>(record[offsetof(Record, type)]);
                std::uint64_t inode = 0;
                std::memcpy(&inode, record + offsetof(Record, inode), sizeof inode);
                listing.names_.push_back({NameView::adopt(name, std::strlen(name)), listed_type(type), inode});
            }
            at += length;
        }
    }
}

}  // namespace arsync::platform
