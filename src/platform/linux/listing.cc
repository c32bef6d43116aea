#include "platform/listing.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "platform/posix/listed_type.h"
#include "platform/posix/name_block.h"
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

/// Calls `take` with the inode, the type and the name of each of the `size` bytes of `records`.
template <class Take>
void for_each_record(const char* records, std::size_t size, Take take)
{
    for (std::size_t at = 0; at < size;) {
        const char* record = records + at;
        std::uint16_t length = 0;
        std::uint64_t inode = 0;
        std::memcpy(&length, record + offsetof(Record, length), sizeof length);
        std::memcpy(&inode, record + offsetof(Record, inode), sizeof inode);
        const char* name = record + offsetof(Record, name);
        const auto type = static_cast<std::uint8_t>(record[offsetof(Record, type)]);
        if (!is_self_or_parent(name)) take(inode, type, std::string_view(name));
        at += length;
    }
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

        const auto size = static_cast<std::size_t>(count);
        std::size_t room = 0;
        for_each_record(scratch.get(), size,
                        [&](std::uint64_t, std::uint8_t, std::string_view name) { room += name.size() + 1; });
        NameBlock block(room);
        for_each_record(scratch.get(), size, [&](std::uint64_t inode, std::uint8_t type, std::string_view name) {
            listing.names_.push_back({block.add(name), listed_type(type), inode});
        });
        listing.blocks_.push_back(block.take());
    }
}

}  // namespace arsync::platform
