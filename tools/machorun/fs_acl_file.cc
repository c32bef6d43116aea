// The ACL of a file: acl_get_file(3), acl_set_file(3), their variants, inheritance, and the UUIDs of users and groups.
#include <cstring>

#include <unistd.h>

#include "darwin_errno.h"
#include "fs_acl.h"
#include "fs_attributes.h"
#include "fs_guard.h"
#include "fs_layout.h"
#include "fs_state.h"
#include "fs_tables.h"

namespace machorun {
namespace {

constexpr int kExtendedType = 0x100;  // ACL_TYPE_EXTENDED, the only one that macOS has
// _FILESEC_REMOVE_ACL of filesec(3): instead of a list, take the file's list away.
const Acl* const kRemove = reinterpret_cast<const Acl*>(1);

Acl* none(int error)
{
    errno = error;
    return nullptr;
}

Acl* get_acl(const Looked<Object>& object, int type)
{
    if (type != kExtendedType) return none(EINVAL);
    if (!object) return none(object.error());
    Acl acl;
    const std::string text = acl_of(*object);
    // A file without an ACL: ENOENT, as for a file that is not there.
    if (text.empty() || !parse_acl(text, acl)) return none(ENOENT);
    return new_acl(acl);
}

int set_acl(const Looked<Object>& object, const Acl* acl, int type)
{
    if (type != kExtendedType || !acl) return fail(EINVAL);
    if (!object) return fail(object.error());
    if (acl != kRemove && !is_valid(*acl)) return fail(EINVAL);
    if (geteuid() != 0 && geteuid() != object->status().st_uid) return fail(EPERM);
    if (const int error = refuse_attribute_change(*object)) return fail(error);
    const int error = set_acl(*object, acl == kRemove ? std::string() : text_of(*acl));
    return error ? fail(error) : 0;
}

Looked<Object> at_path(const char* path, Links links)
{
    return Object::at(darwin::kAtFdcwd, path, links);
}

Acl* darwin_acl_get_fd_np(int fd, int type)
{
    return get_acl(Object::of(fd), type);
}
Acl* darwin_acl_get_fd(int fd)
{
    return get_acl(Object::of(fd), kExtendedType);
}
Acl* darwin_acl_get_file(const char* path, int type)
{
    return get_acl(at_path(path, Links::kFollow), type);
}
Acl* darwin_acl_get_link_np(const char* path, int type)
{
    return get_acl(at_path(path, Links::kNofollow), type);
}

int darwin_acl_set_fd_np(int fd, const Acl* acl, int type)
{
    return set_acl(Object::of(fd), acl, type);
}
int darwin_acl_set_fd(int fd, const Acl* acl)
{
    return set_acl(Object::of(fd), acl, kExtendedType);
}

int darwin_acl_set_file(const char* path, int type, const Acl* acl)
{
    return set_acl(at_path(path, Links::kFollow), acl, type);
}

int darwin_acl_set_link_np(const char* path, int type, const Acl* acl)
{
    return set_acl(at_path(path, Links::kNofollow), acl, type);
}

// POSIX 1003.1e's default ACLs are not supported on macOS either: acl_delete_def_file(3).
int darwin_acl_delete_def_file(const char*)
{
    return fail(darwin::kEnotsup);
}

// What an entry of a directory becomes on a new file or directory in it, see acl(3) on the inheritance flags.
bool inherit_entry(AclEntry& entry, bool is_directory)
{
    constexpr uint32_t kControl = kAclFileInherit | kAclDirectoryInherit | kAclLimitInherit | kAclOnlyInherit;
    if (!(entry.flags & (is_directory ? kAclDirectoryInherit : kAclFileInherit))) return false;
    const bool passes_on = is_directory && !(entry.flags & kAclLimitInherit);
    entry.flags &= ~(passes_on ? kAclOnlyInherit : kControl);
    entry.flags |= kAclInherited;
    return true;
}

// The first twelve bytes; the id follows in big-endian order.
constexpr uint8_t kUserPrefix[] = {0xff, 0xff, 0xee, 0xee, 0xdd, 0xdd, 0xcc, 0xcc, 0xbb, 0xbb, 0xaa, 0xaa};
constexpr uint8_t kGroupPrefix[] = {0xab, 0xcd, 0xef, 0xab, 0xcd, 0xef, 0xab, 0xcd, 0xef, 0xab, 0xcd, 0xef};

Guid guid_with(const uint8_t (&prefix)[12], uint32_t id)
{
    Guid guid;
    std::memcpy(guid.data(), prefix, sizeof prefix);
    const uint32_t big_endian = __builtin_bswap32(id);
    std::memcpy(guid.data() + sizeof prefix, &big_endian, sizeof big_endian);
    return guid;
}

int darwin_mbr_uid_to_uuid(uint32_t user, uint8_t* uuid)
{
    std::memcpy(uuid, guid_of_user(user).data(), sizeof(Guid));
    return 0;
}

int darwin_mbr_gid_to_uuid(uint32_t group, uint8_t* uuid)
{
    std::memcpy(uuid, guid_of_group(group).data(), sizeof(Guid));
    return 0;
}

// Returns the error: membership.h.
int darwin_mbr_uuid_to_id(const uint8_t* uuid, uint32_t* id, int* type)
{
    Guid guid;
    std::memcpy(guid.data(), uuid, sizeof guid);
    bool is_group;
    if (!identity_of(guid, is_group, *id)) return ENOENT;
    *type = is_group ? 1 : 0;  // ID_TYPE_GID, ID_TYPE_UID
    return 0;
}

}  // namespace

std::string acl_of(const Object& object)
{
    return read_state(object, "acl").value_or("");
}

int set_acl(const Object& object, const std::string& text)
{
    return write_state(object, "acl", text);
}

void inherit_acl(const Place& created)
{
    const Descriptor parent = created.open_parent();
    if (parent.get() < 0) return;
    const auto directory = Object::of(parent.get());
    const std::string text = directory ? acl_of(*directory) : "";
    Acl acl;
    if (text.empty() || !parse_acl(text, acl)) return;
    const auto object = Object::at(created, Links::kNofollow);
    if (!object) return;
    acl.entries.remove_if([&](AclEntry& entry) { return !inherit_entry(entry, object->is_directory()); });
    acl.flags = 0;
    if (!acl.entries.empty()) set_acl(*object, text_of(acl));
}

Guid guid_of_user(uint32_t user)
{
    return guid_with(kUserPrefix, user);
}

Guid guid_of_group(uint32_t group)
{
    return guid_with(kGroupPrefix, group);
}

bool identity_of(const Guid& guid, bool& is_group, uint32_t& id)
{
    const bool is_user = std::memcmp(guid.data(), kUserPrefix, sizeof kUserPrefix) == 0;
    is_group = std::memcmp(guid.data(), kGroupPrefix, sizeof kGroupPrefix) == 0;
    std::memcpy(&id, guid.data() + sizeof kUserPrefix, sizeof id);
    id = __builtin_bswap32(id);
    return is_user || is_group;
}

std::span<const Import> acl_file_imports()
{
    static const Import imports[] = {
        import("acl_get_fd", darwin_acl_get_fd),
        import("acl_get_fd_np", darwin_acl_get_fd_np),
        import("acl_get_file", darwin_acl_get_file),
        import("acl_get_link_np", darwin_acl_get_link_np),
        import("acl_set_fd", darwin_acl_set_fd),
        import("acl_set_fd_np", darwin_acl_set_fd_np),
        import("acl_set_file", darwin_acl_set_file),
        import("acl_set_link_np", darwin_acl_set_link_np),
        import("acl_delete_def_file", darwin_acl_delete_def_file),
        import("mbr_uid_to_uuid", darwin_mbr_uid_to_uuid),
        import("mbr_gid_to_uuid", darwin_mbr_gid_to_uuid),
        import("mbr_uuid_to_id", darwin_mbr_uuid_to_id),
    };
    return imports;
}

}  // namespace machorun
