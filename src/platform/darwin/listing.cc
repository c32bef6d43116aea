// getattrlistbulk(2): names with types and inodes, many in a call; readdir(3) where a file system does not have it.

#include "platform/listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/attr.h>
#include <sys/vnode.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "platform/posix/listed_type.h"
#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

constexpr std::size_t kBlock = std::size_t{64} * 1024;

FileType object_type(std::uint32_t type)
{
    switch (type) {
        case VREG: return FileType::Regular;
        case VDIR: return FileType::Directory;
        case VLNK: return FileType::Symlink;
        case VFIFO: return FileType::Fifo;
        case VSOCK: return FileType::Socket;
        case VCHR: return FileType::CharacterDevice;
        case VBLK: return FileType::BlockDevice;
        default: return FileType::Unknown;
    }
}

/// One entry of the buffer. Attributes follow the set of those returned, in the order of their bits, but for
/// ATTR_CMN_ERROR, which comes before all others. [getattrlistbulk(2)]
class Record {
public:
    explicit Record(const char* begin) : at_(begin)
    {
        length_ = take<std::uint32_t>();
        const auto returned = take<attribute_set_t>();
        if ((returned.commonattr & ATTR_CMN_ERROR) != 0) error_ = static_cast<int>(take<std::uint32_t>());
        if ((returned.commonattr & ATTR_CMN_NAME) != 0) take_name();
        if ((returned.commonattr & ATTR_CMN_OBJTYPE) != 0) type_ = object_type(take<std::uint32_t>());
        if ((returned.commonattr & ATTR_CMN_FILEID) != 0) inode_ = take<std::uint64_t>();
    }

    [[nodiscard]] std::uint32_t length() const { return length_; }
    [[nodiscard]] int error() const { return error_; }
    [[nodiscard]] std::string_view name() const { return name_; }
    /// Unknown if this one entry could not be looked at; its name counts all the same.
    [[nodiscard]] FileType type() const { return error_ == 0 ? type_ : FileType::Unknown; }
    [[nodiscard]] std::uint64_t inode() const { return inode_; }

private:
    template <class Value>
    Value take()
    {
        Value value;
        std::memcpy(&value, at_, sizeof value);
        at_ += sizeof value;
        return value;
    }

    void take_name()
    {
        const char* reference = at_;
        const auto where = take<attrreference_t>();
        name_ = {reference + where.attr_dataoffset, where.attr_length - 1};  // its NUL is counted
    }

    const char* at_;
    std::uint32_t length_ = 0;
    int error_ = 0;
    std::string_view name_;
    FileType type_ = FileType::Unknown;
    std::uint64_t inode_ = 0;
};

attrlist wanted_attributes()
{
    attrlist wanted{};
    wanted.bitmapcount = ATTR_BIT_MAP_COUNT;
    wanted.commonattr = ATTR_CMN_RETURNED_ATTRS | ATTR_CMN_NAME | ATTR_CMN_ERROR | ATTR_CMN_OBJTYPE | ATTR_CMN_FILEID;
    return wanted;
}

/// Gives the names to `take`.
class Lister {
public:
    Lister(int directory, const TakeNames& take) : directory_(directory), take_(take) {}

    /// 0, or the errno that stopped it.
    int list()
    {
        const int code = in_bulk();
        const bool refused = code == ENOTSUP || code == EOPNOTSUPP || code == EINVAL || code == ENOSYS;
        return refused && !begun_ ? one_by_one() : code;
    }

private:
    int in_bulk()
    {
        // Lent to one listing at a time, as `take` may list another directory.
        thread_local std::unique_ptr<char[]> spare;
        auto records = spare ? std::move(spare) : std::make_unique_for_overwrite<char[]>(kBlock);
        const int code = in_bulk(records.get());
        spare = std::move(records);
        return code;
    }

    int in_bulk(char* records)
    {
        auto wanted = wanted_attributes();
        for (;;) {
            const int count = sys::call("getattrlistbulk",
                                        [&] { return ::getattrlistbulk(directory_, &wanted, records, kBlock, 0); });
            if (count == -1) return errno;
            if (count == 0) return 0;
            const char* at = records;
            for (int i = 0; i < count; ++i) {
                const Record record(at);
                const auto name = record.name();
                names_.push_back({NameView::adopt(name.data(), name.size()), record.type(), record.inode()});
                at += record.length();
            }
            if (!give()) return 0;
        }
    }

    int one_by_one()
    {
        // fdopendir owns what it is given; the position is shared, so it starts at the front.
        const int own = sys::call("openat", [&] { return ::openat(directory_, ".", O_RDONLY | O_CLOEXEC); });
        if (own == -1) return errno;
        DIR* stream = ::fdopendir(own);
        if (stream == nullptr) {
            const int code = errno;
            ::close(own);
            return code;
        }
        int code = 0;
        for (;;) {
            errno = 0;
            const dirent* entry = ::readdir(stream);
            if (entry == nullptr) {
                code = errno;
                break;
            }
            const std::string_view name(entry->d_name, entry->d_namlen);
            if (name == "." || name == "..") continue;
            // The next call may overwrite it.
            names_.push_back({NameView::adopt(name.data(), name.size()), listed_type(entry->d_type), entry->d_ino});
            if (!give()) break;
        }
        ::closedir(stream);
        return code;
    }

    bool give()
    {
        begun_ = true;
        const bool more = take_(names_);
        names_.clear();
        return more;
    }

    const int directory_;
    const TakeNames& take_;
    std::vector<ListedName> names_;
    bool begun_ = false;
};

}  // namespace

Status list_names(const Directory& directory, const TakeNames& take)
{
    const int descriptor = directory.handle().get();
    // The handle may have been listed before: its position is shared by all who use it.
    if (sys::call("lseek", [&] { return ::lseek(descriptor, 0, SEEK_SET); }) == -1) return fail(Operation::List, errno);
    if (const int code = Lister(descriptor, take).list(); code != 0) return fail(Operation::List, code);
    return {};
}

}  // namespace arsync::platform
