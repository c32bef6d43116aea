#include "platform/listing.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

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

/// Calls `take` with each name in the `size` bytes of `records`; its bytes stay where they are.
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
        if (!is_self_or_parent(name))
            take(ListedName{NameView::adopt(name, std::strlen(name)), listed_type(type), inode});
        at += length;
    }
}

}  // namespace

Status list_names(const Directory& directory, const TakeNames& take)
{
    // The handle may have been listed before: its position is shared by all who use it.
    const int descriptor = directory.handle().get();
    if (sys::call("lseek", [&] { return ::lseek(descriptor, 0, SEEK_SET); }) == -1) return fail(Operation::List, errno);

    // Lent to one listing at a time, as `take` may list another directory.
    thread_local std::unique_ptr<char[]> spare_records;
    thread_local std::vector<ListedName> spare_names;
    auto records = spare_records ? std::move(spare_records) : std::make_unique_for_overwrite<char[]>(kBlock);
    auto names = std::move(spare_names);
    int code = 0;
    for (bool more = true; more;) {
        const auto count =
            sys::call("getdents64", [&] { return ::syscall(SYS_getdents64, descriptor, records.get(), kBlock); });
        if (count == -1) code = errno;
        if (count <= 0) break;
        names.clear();
        for_each_record(records.get(), static_cast<std::size_t>(count),
                        [&](const ListedName& name) { names.push_back(name); });
        more = take(names);
    }
    spare_records = std::move(records);
    spare_names = std::move(names);
    if (code != 0) return fail(Operation::List, code);
    return {};
}

}  // namespace arsync::platform
