// getattrlistbulk(2). Where it goes on is the directory's own position, so that lseek(2) to 0 starts it again and a
// copy made by dup(2) shares it.
#include <array>
#include <cstring>

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_attrlist.h"
#include "fs_tables.h"

namespace machorun {
namespace {

struct LinuxEntry {  // struct linux_dirent64 of getdents64(2), which glibc does not declare
    uint64_t ino;
    int64_t next;
    uint16_t length;
    uint8_t type;
    char name[];
};

bool is_self_or_parent(std::string_view name)
{
    return name == "." || name == "..";
}

struct Request {
    int directory;
    uint64_t directory_inode;
    AttributeSet wanted;
    uint64_t options;
};

// Empty for an entry that is gone by now.
Looked<std::string> packed_entry(const Request& request, const char* name)
{
    const Place place{request.directory, name, name};
    const auto object = Object::at(place, Links::kNofollow);
    AttributePacker packer;
    if (!object) {
        if (object.error() == ENOENT) return std::string();
        pack_failure(name, object.error(), request.wanted, packer);
    } else {
        const Described file{*object, name, request.directory_inode};
        const int error = pack_file(file, request.wanted, request.options, packer);
        if (error) return std::unexpected(error);
    }
    return packer.finish(8);
}

class Filler {
public:
    Filler(const Request& request, char* buffer, size_t size) : request_(request), buffer_(buffer), size_(size) {}

    // True if the directory may have more to give than was taken.
    bool take_batch()
    {
        std::array<char, 8192> batch;
        const int fd = request_.directory;
        const off_t start = lseek(fd, 0, SEEK_CUR);
        const long length = syscall(SYS_getdents64, fd, batch.data(), batch.size());
        if (length < 0) error_ = to_darwin(errno);
        if (length <= 0) return false;
        off_t position = start;
        for (long at = 0; at < length;) {
            const auto* entry = reinterpret_cast<const LinuxEntry*>(batch.data() + at);
            if (!is_self_or_parent(entry->name) && !take(entry->name)) {
                lseek(fd, position, SEEK_SET);
                return false;
            }
            position = entry->next;
            at += entry->length;
        }
        return true;
    }

    // An error behind entries that were taken is for the next call, which meets it first.
    int result() const { return error_ && count_ == 0 ? fail(error_) : count_; }

private:
    bool take(const char* name)
    {
        const auto packed = packed_entry(request_, name);
        if (!packed) {
            error_ = packed.error();
            return false;
        }
        if (packed->size() > size_ - used_) {
            // Not even one entry fits: the caller has to come with a larger buffer.
            if (count_ == 0) error_ = ERANGE;
            return false;
        }
        if (packed->empty()) return true;
        std::memcpy(buffer_ + used_, packed->data(), packed->size());
        used_ += packed->size();
        ++count_;
        return true;
    }

    const Request& request_;
    char* buffer_;
    size_t size_;
    size_t used_ = 0;
    int count_ = 0;
    int error_ = 0;
};

int darwin_getattrlistbulk(int fd, AttributeList* list, void* buffer, size_t size, uint64_t options)
{
    constexpr uint64_t kKnown = darwin::kOptNofollow | darwin::kOptPackInvalid | darwin::kOptCommonExtended;
    constexpr uint32_t kRequired = darwin::kCommonName | darwin::kCommonReturned;
    const auto directory = Object::of(fd);
    if (!directory) return fail(directory.error());
    if (!directory->is_directory()) return fail(ENOTDIR);
    if (list->bitmap_count != 5 || (options & ~kKnown)) return fail(EINVAL);
    if ((list->wanted.common & kRequired) != kRequired || list->wanted.volume) return fail(EINVAL);
    const Request request{fd, directory->status().st_ino, list->wanted, options};
    Filler filler(request, static_cast<char*>(buffer), size);
    while (filler.take_batch()) {
    }
    return filler.result();
}

}  // namespace

std::span<const Import> attribute_bulk_imports()
{
    static const Import imports[] = {import("getattrlistbulk", darwin_getattrlistbulk)};
    return imports;
}

}  // namespace machorun
