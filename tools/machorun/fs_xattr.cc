// The calls for extended attributes: getxattr(2), setxattr(2), listxattr(2), removexattr(2).
#include <algorithm>
#include <cstring>
#include <string>

#include "darwin_errno.h"
#include "fs_attributes.h"
#include "fs_guard.h"
#include "fs_layout.h"
#include "fs_names.h"
#include "fs_state.h"
#include "fs_tables.h"
#include "fs_xattr.h"

namespace machorun {
namespace {

constexpr int kNofollow = 0x1;
constexpr int kCreate = 0x2;
constexpr int kReplace = 0x4;
constexpr int kShowCompression = 0x20;
constexpr int kNofollowAny = 0x40;

constexpr std::string_view kCompression = "com.apple.decmpfs";

int check_name(const char* name)
{
    constexpr size_t kLongestName = 127;  // XATTR_MAXNAMELEN
    if (!name) return EFAULT;
    const size_t length = std::strlen(name);
    if (length == 0) return EINVAL;
    if (length > kLongestName) return darwin::kEnametoolong;
    return is_utf8(name) ? 0 : EINVAL;
}

// A compressed file (UF_COMPRESSED) hides how it is stored: getxattr(2), XATTR_SHOWCOMPRESSION.
bool is_hidden(const Object& object, std::string_view name, int options)
{
    if (is_system_name(name)) return true;
    if (name != kCompression && name != kResourceFork) return false;
    return !(options & kShowCompression) && (flags_of(object) & darwin::kUfCompressed);
}

Links links_for(int options)
{
    if (options & kNofollowAny) return Links::kNone;
    return options & kNofollow ? Links::kNofollow : Links::kFollow;
}

Looked<Object> object_at(const char* path, int options, int also_known)
{
    if (options & ~(kNofollow | kNofollowAny | kShowCompression | also_known)) return std::unexpected(EINVAL);
    return Object::at(darwin::kAtFdcwd, path, links_for(options));
}

// An open file leaves nothing to follow, so that those options are wrong there.
Looked<Object> object_of(int fd, int options, int also_known)
{
    if (options & ~(kShowCompression | also_known)) return std::unexpected(EINVAL);
    return Object::of(fd);
}

ssize_t get_attribute(const Looked<Object>& object, const char* name, void* buffer, size_t size, uint32_t position,
                      int options)
{
    if (!object) return fail(object.error());
    if (const int error = check_name(name)) return fail(error);
    const bool by_position = name == kResourceFork;
    if (position && !by_position) return fail(EINVAL);
    if (is_hidden(*object, name, options)) return fail(is_system_name(name) ? EPERM : darwin::kEnoattr);
    const auto value = read_value(*object, name);
    if (!value) return fail(value.error());
    if (!buffer) return static_cast<ssize_t>(value->size());
    if (!by_position && size < value->size()) return fail(ERANGE);
    // The resource fork is read like a file: as much as there is, as much as fits.
    const size_t start = std::min<size_t>(position, value->size());
    const size_t length = std::min(size, value->size() - start);
    std::memcpy(buffer, value->data() + start, length);
    return static_cast<ssize_t>(length);
}

int set_attribute(const Object& object, const char* name, const std::string& value, uint32_t position, int options)
{
    if (const int error = check_name(name)) return error;
    const bool is_fork = name == kResourceFork;
    if ((position && !is_fork) || ((options & kCreate) && (options & kReplace))) return EINVAL;
    if (is_protected(name)) return EPERM;
    if (is_fork && !object.is_file()) return EPERM;
    if (const int error = refuse_attribute_change(object)) return error;
    const auto before = read_value(object, name);
    if (!before && before.error() != darwin::kEnoattr) return before.error();
    if (before && (options & kCreate)) return EEXIST;
    if (!before && (options & kReplace)) return darwin::kEnoattr;
    if (name == kFinderInfo) return set_finder_info(object, value);
    if (!is_fork) return write_value(object, name, value);
    // The resource fork is written like a file: what lies behind the new bytes stays.
    std::string fork = before.value_or("");
    fork.resize(std::max(fork.size(), position + value.size()));
    fork.replace(position, value.size(), value);
    return write_value(object, name, fork);
}

int set_attribute(const Looked<Object>& object, const char* name, const void* value, size_t size, uint32_t position,
                  int options)
{
    if (!object) return fail(object.error());
    if (!value && size) return fail(EINVAL);
    const std::string bytes(static_cast<const char*>(size ? value : ""), size);
    const int error = set_attribute(*object, name, bytes, position, options);
    return error ? fail(error) : 0;
}

int remove_attribute(const Looked<Object>& object, const char* name, int options)
{
    if (!object) return fail(object.error());
    if (const int error = check_name(name)) return fail(error);
    if (is_protected(name)) return fail(EPERM);
    if (const int error = refuse_attribute_change(*object)) return fail(error);
    if (is_hidden(*object, name, options)) return fail(darwin::kEnoattr);
    const int error = remove_value(*object, name);
    return error ? fail(error) : 0;
}

ssize_t list_attributes(const Looked<Object>& object, char* buffer, size_t size, int options)
{
    if (!object) return fail(object.error());
    const auto names = attribute_names(*object);
    if (!names) return fail(names.error());
    std::string list;
    for (const std::string& name : *names) {
        if (!is_hidden(*object, name, options)) list.append(name.c_str(), name.size() + 1);
    }
    if (!buffer) return static_cast<ssize_t>(list.size());
    if (size < list.size()) return fail(ERANGE);
    std::memcpy(buffer, list.data(), list.size());
    return static_cast<ssize_t>(list.size());
}

ssize_t darwin_getxattr(const char* path, const char* name, void* value, size_t size, uint32_t position, int options)
{
    return get_attribute(object_at(path, options, 0), name, value, size, position, options);
}

ssize_t darwin_fgetxattr(int fd, const char* name, void* value, size_t size, uint32_t position, int options)
{
    return get_attribute(object_of(fd, options, 0), name, value, size, position, options);
}

int darwin_setxattr(const char* path, const char* name, const void* value, size_t size, uint32_t position, int options)
{
    return set_attribute(object_at(path, options, kCreate | kReplace), name, value, size, position, options);
}

int darwin_fsetxattr(int fd, const char* name, const void* value, size_t size, uint32_t position, int options)
{
    return set_attribute(object_of(fd, options, kCreate | kReplace), name, value, size, position, options);
}

int darwin_removexattr(const char* path, const char* name, int options)
{
    return remove_attribute(object_at(path, options, 0), name, options);
}

int darwin_fremovexattr(int fd, const char* name, int options)
{
    return remove_attribute(object_of(fd, options, 0), name, options);
}

ssize_t darwin_listxattr(const char* path, char* buffer, size_t size, int options)
{
    return list_attributes(object_at(path, options, 0), buffer, size, options);
}

ssize_t darwin_flistxattr(int fd, char* buffer, size_t size, int options)
{
    return list_attributes(object_of(fd, options, 0), buffer, size, options);
}

}  // namespace

std::span<const Import> xattr_imports()
{
    static const Import imports[] = {
        import("getxattr", darwin_getxattr),       import("fgetxattr", darwin_fgetxattr),
        import("setxattr", darwin_setxattr),       import("fsetxattr", darwin_fsetxattr),
        import("removexattr", darwin_removexattr), import("fremovexattr", darwin_fremovexattr),
        import("listxattr", darwin_listxattr),     import("flistxattr", darwin_flistxattr),
    };
    return imports;
}

}  // namespace machorun
