// Access control lists of macOS as objects: acl(3). They are kept and passed on; access is not decided by them.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <string>

namespace machorun {

// The first word tells what an opaque pointer of the program points to: acl_get_flagset_np(3) takes either.
constexpr uint32_t kAclMagic = 0x41434c31;
constexpr uint32_t kAclEntryMagic = 0x41434531;

using Guid = std::array<uint8_t, 16>;

constexpr uint32_t kAclAllow = 1;  // ACL_EXTENDED_ALLOW
constexpr uint32_t kAclDeny = 2;

constexpr uint32_t kAclInherited = 1U << 4;  // ACL_ENTRY_*
constexpr uint32_t kAclFileInherit = 1U << 5;
constexpr uint32_t kAclDirectoryInherit = 1U << 6;
constexpr uint32_t kAclLimitInherit = 1U << 7;
constexpr uint32_t kAclOnlyInherit = 1U << 8;

constexpr uint32_t kAclAllPermissions = 0x103ffe;  // READ_DATA ... CHANGE_OWNER, SYNCHRONIZE
constexpr size_t kMostAclEntries = 128;

struct AclEntry {
    uint32_t magic = kAclEntryMagic;
    uint32_t tag = 0;  // ACL_UNDEFINED_TAG: the list is not valid yet
    Guid who = {};
    uint32_t permissions = 0;
    uint32_t flags = 0;
};

struct Acl {
    uint32_t magic = kAclMagic;
    uint32_t flags = 0;
    std::list<AclEntry> entries;  // a list, because entries keep their address while others come and go
    AclEntry* current = nullptr;  // where ACL_NEXT_ENTRY goes on
};

// An object that acl_free(3) knows how to free.
Acl* new_acl(const Acl& content);
bool is_valid(const Acl& acl);

std::string text_of(const Acl& acl);
bool parse_acl(const std::string& text, Acl& acl);

// The UUIDs that macOS's membership service makes up for users and groups without one in a directory.
Guid guid_of_user(uint32_t user);
Guid guid_of_group(uint32_t group);
// False for a UUID of no such form.
bool identity_of(const Guid& guid, bool& is_group, uint32_t& id);

}  // namespace machorun
