// setattrlist(2), fsetattrlist(2), setattrlistat(2).
#include <cstring>
#include <optional>

#include "darwin_errno.h"
#include "fs_attributes.h"
#include "fs_attrlist.h"
#include "fs_flags.h"
#include "fs_guard.h"
#include "fs_metadata.h"
#include "fs_state.h"
#include "fs_tables.h"

namespace machorun {
namespace {

constexpr uint32_t kBirthTime = 0x200;
constexpr uint32_t kModificationTime = 0x400;
constexpr uint32_t kChangeTime = 0x800;
constexpr uint32_t kAccessTime = 0x1000;
constexpr uint32_t kFinderInfo = 0x4000;
constexpr uint32_t kOwner = 0x8000;
constexpr uint32_t kGroup = 0x10000;
constexpr uint32_t kMode = 0x20000;
constexpr uint32_t kFlags = 0x40000;
constexpr uint32_t kSettable =
    kBirthTime | kModificationTime | kChangeTime | kAccessTime | kFinderInfo | kOwner | kGroup | kMode | kFlags;
constexpr uint32_t kSettableOnMacos = 0x51c7ff00;  // ATTR_CMN_SETMASK

using FinderInfo = std::array<char, 32>;

struct Values {
    std::optional<DarwinTimespec> birth, modification, change, access;
    std::optional<FinderInfo> finder_info;
    std::optional<uint32_t> owner, group, mode, flags;
};

// Takes the values off the buffer in the order of their bits.
class Unpacker {
public:
    Unpacker(uint32_t bits, const void* buffer, size_t size)
        : bits_(bits), at_(static_cast<const char*>(buffer)), left_(size)
    {
    }

    template <class Value>
    void take(uint32_t bit, std::optional<Value>& value)
    {
        if (!(bits_ & bit)) return;
        if (left_ < sizeof(Value)) {
            too_short_ = true;
            return;
        }
        std::memcpy(&value.emplace(), at_, sizeof(Value));
        at_ += sizeof(Value);
        left_ -= sizeof(Value);
    }
    bool too_short() const { return too_short_; }

private:
    uint32_t bits_;
    const char* at_;
    size_t left_;
    bool too_short_ = false;
};

std::optional<Values> unpack(uint32_t bits, const void* buffer, size_t size)
{
    Values values;
    Unpacker unpacker(bits, buffer, size);
    unpacker.take(kBirthTime, values.birth);
    unpacker.take(kModificationTime, values.modification);
    unpacker.take(kChangeTime, values.change);  // taken, and left to the file system, as APFS does
    unpacker.take(kAccessTime, values.access);
    unpacker.take(kFinderInfo, values.finder_info);
    unpacker.take(kOwner, values.owner);
    unpacker.take(kGroup, values.group);
    unpacker.take(kMode, values.mode);
    unpacker.take(kFlags, values.flags);
    if (unpacker.too_short()) return std::nullopt;
    return values;
}

int set_time_values(const Object& object, const Values& values)
{
    constexpr DarwinTimespec kAsItIs{0, kDarwinTimeOmit};
    if (values.modification || values.access) {
        const int error = change_times(object, values.access.value_or(kAsItIs), values.modification.value_or(kAsItIs));
        if (error) return error;
    }
    if (!values.birth) return 0;
    if (values.birth->nanoseconds < 0 || values.birth->nanoseconds >= 1000000000) return EINVAL;
    // After the modification time, which moves the birth time back.
    return set_birth_time(object, *values.birth);
}

int set_values(const Object& object, const Values& values, uint32_t bits)
{
    // The flags are changed last, and are the only thing to change on an immutable file.
    if (bits & ~kFlags) {
        if (const int error = refuse_attribute_change(object)) return error;
    }
    if (values.owner || values.group) {
        const int error = change_owner(object, values.owner.value_or(UINT32_MAX), values.group.value_or(UINT32_MAX));
        if (error) return error;
    }
    if (values.mode) {
        if (const int error = change_mode(object, *values.mode)) return error;
    }
    if (values.finder_info) {
        const std::string info(values.finder_info->data(), values.finder_info->size());
        if (const int error = set_finder_info(object, info)) return error;
    }
    if (const int error = set_time_values(object, values)) return error;
    return values.flags ? change_flags(object, *values.flags) : 0;
}

int set_attributes(const Looked<Object>& object, const AttributeList* list, const void* buffer, size_t size)
{
    if (!object) return fail(object.error());
    const AttributeSet& wanted = list->wanted;
    if (list->bitmap_count != 5 || wanted.directory || wanted.fork || (wanted.common & ~kSettableOnMacos))
        return fail(EINVAL);
    if (wanted.volume || wanted.file || (wanted.common & ~kSettable)) return fail(darwin::kEnotsup);
    const auto values = unpack(wanted.common, buffer, size);
    if (!values) return fail(EINVAL);
    const int error = set_values(*object, *values, wanted.common);
    return error ? fail(error) : 0;
}

int darwin_setattrlistat(int directory, const char* path, AttributeList* list, void* buffer, size_t size,
                         uint32_t options)
{
    if (options & ~(darwin::kOptNofollow | darwin::kOptNofollowAny)) return fail(EINVAL);
    const Links links = options & darwin::kOptNofollowAny ? Links::kNone
                        : options & darwin::kOptNofollow  ? Links::kNofollow
                                                          : Links::kFollow;
    return set_attributes(Object::at(directory, path, links), list, buffer, size);
}

int darwin_setattrlist(const char* path, AttributeList* list, void* buffer, size_t size, uint32_t options)
{
    return darwin_setattrlistat(darwin::kAtFdcwd, path, list, buffer, size, options);
}

int darwin_fsetattrlist(int fd, AttributeList* list, void* buffer, size_t size, uint32_t options)
{
    if (options & ~(darwin::kOptNofollow | darwin::kOptNofollowAny)) return fail(EINVAL);
    return set_attributes(Object::of(fd), list, buffer, size);
}

}  // namespace

std::span<const Import> attribute_set_imports()
{
    static const Import imports[] = {
        import("setattrlist", darwin_setattrlist),
        import("fsetattrlist", darwin_fsetattrlist),
        import("setattrlistat", darwin_setattrlistat),
    };
    return imports;
}

}  // namespace machorun
