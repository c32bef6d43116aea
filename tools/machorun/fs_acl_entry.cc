// The entries of an ACL: acl_create_entry(3), acl_get_entry(3), acl_get_permset(3), acl_get_qualifier(3) and others.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include "darwin_errno.h"
#include "fs_acl.h"
#include "fs_tables.h"

namespace machorun {
namespace {

constexpr int kFirst = 0;
constexpr int kNext = -1;
constexpr int kLast = -2;

std::list<AclEntry>::iterator find(Acl& acl, const AclEntry* entry)
{
    return std::ranges::find_if(acl.entries, [&](const AclEntry& other) { return &other == entry; });
}

// 0 for an entry found and -1 with EINVAL for none: not the 1 and 0 of POSIX 1003.1e.
int darwin_acl_get_entry(Acl* acl, int which, AclEntry** result)
{
    auto entry = acl->entries.end();
    if (which == kNext) {
        entry = acl->current ? std::next(find(*acl, acl->current)) : acl->entries.begin();
    } else if (which == kLast) {
        if (!acl->entries.empty()) entry = std::prev(acl->entries.end());
    } else if (which >= kFirst && static_cast<size_t>(which) < acl->entries.size()) {
        entry = std::next(acl->entries.begin(), which);
    }
    if (entry == acl->entries.end()) return fail(EINVAL);
    acl->current = &*entry;
    *result = acl->current;
    return 0;
}

int darwin_acl_create_entry_np(Acl** acl, AclEntry** result, int index)
{
    auto& entries = (*acl)->entries;
    if (entries.size() >= kMostAclEntries) return fail(ENOMEM);
    if (index != kLast && (index < 0 || static_cast<size_t>(index) > entries.size())) return fail(ERANGE);
    const auto before = index == kLast ? entries.end() : std::next(entries.begin(), index);
    *result = &*entries.emplace(before);
    return 0;
}

int darwin_acl_create_entry(Acl** acl, AclEntry** result)
{
    return darwin_acl_create_entry_np(acl, result, kLast);
}

int darwin_acl_delete_entry(Acl* acl, AclEntry* entry)
{
    const auto found = find(*acl, entry);
    if (found == acl->entries.end()) return fail(EINVAL);
    // ACL_NEXT_ENTRY goes on behind the deleted entry.
    if (acl->current == entry) acl->current = found == acl->entries.begin() ? nullptr : &*std::prev(found);
    acl->entries.erase(found);
    return 0;
}

int darwin_acl_copy_entry(AclEntry* to, const AclEntry* from)
{
    *to = *from;
    return 0;
}

int darwin_acl_get_tag_type(const AclEntry* entry, uint32_t* tag)
{
    *tag = entry->tag;
    return 0;
}

int darwin_acl_set_tag_type(AclEntry* entry, uint32_t tag)
{
    if (tag != kAclAllow && tag != kAclDeny) return fail(EINVAL);
    entry->tag = tag;
    return 0;
}

void* darwin_acl_get_qualifier(const AclEntry* entry)
{
    void* copy = std::malloc(sizeof(Guid));
    return copy ? std::memcpy(copy, entry->who.data(), sizeof(Guid)) : nullptr;
}

int darwin_acl_set_qualifier(AclEntry* entry, const void* guid)
{
    std::memcpy(entry->who.data(), guid, sizeof(Guid));
    return 0;
}

// A permset, and likewise a flagset, is a pointer to the word in its entry.
int darwin_acl_get_permset(AclEntry* entry, uint32_t** permissions)
{
    *permissions = &entry->permissions;
    return 0;
}

int darwin_acl_set_permset(AclEntry* entry, const uint32_t* permissions)
{
    entry->permissions = *permissions;
    return 0;
}

int darwin_acl_get_permset_mask_np(const AclEntry* entry, uint64_t* mask)
{
    *mask = entry->permissions;
    return 0;
}

int darwin_acl_set_permset_mask_np(AclEntry* entry, uint64_t mask)
{
    if (mask & ~uint64_t{kAclAllPermissions}) return fail(EINVAL);
    entry->permissions = static_cast<uint32_t>(mask);
    return 0;
}

int darwin_acl_maximal_permset_mask_np(uint64_t* mask)
{
    *mask = kAclAllPermissions;
    return 0;
}

int darwin_acl_get_flagset_np(void* object, uint32_t** flags)
{
    uint32_t magic;
    std::memcpy(&magic, object, sizeof magic);
    if (magic == kAclMagic)
        *flags = &static_cast<Acl*>(object)->flags;
    else if (magic == kAclEntryMagic)
        *flags = &static_cast<AclEntry*>(object)->flags;
    else
        return fail(EINVAL);
    return 0;
}

int darwin_acl_set_flagset_np(void* object, const uint32_t* flags)
{
    uint32_t* own;
    if (darwin_acl_get_flagset_np(object, &own) != 0) return -1;
    *own = *flags;
    return 0;
}

int add_bits(uint32_t* word, uint32_t bits)
{
    *word |= bits;
    return 0;
}

int delete_bits(uint32_t* word, uint32_t bits)
{
    *word &= ~bits;
    return 0;
}

int clear_bits(uint32_t* word)
{
    *word = 0;
    return 0;
}

int get_bits(const uint32_t* word, uint32_t bits)
{
    return (*word & bits) != 0;
}

}  // namespace

std::span<const Import> acl_entry_imports()
{
    static const Import imports[] = {
        import("acl_get_entry", darwin_acl_get_entry),
        import("acl_create_entry", darwin_acl_create_entry),
        import("acl_create_entry_np", darwin_acl_create_entry_np),
        import("acl_delete_entry", darwin_acl_delete_entry),
        import("acl_copy_entry", darwin_acl_copy_entry),
        import("acl_get_tag_type", darwin_acl_get_tag_type),
        import("acl_set_tag_type", darwin_acl_set_tag_type),
        import("acl_get_qualifier", darwin_acl_get_qualifier),
        import("acl_set_qualifier", darwin_acl_set_qualifier),
        import("acl_get_permset", darwin_acl_get_permset),
        import("acl_set_permset", darwin_acl_set_permset),
        import("acl_get_permset_mask_np", darwin_acl_get_permset_mask_np),
        import("acl_set_permset_mask_np", darwin_acl_set_permset_mask_np),
        import("acl_maximal_permset_mask_np", darwin_acl_maximal_permset_mask_np),
        import("acl_get_flagset_np", darwin_acl_get_flagset_np),
        import("acl_set_flagset_np", darwin_acl_set_flagset_np),
        import("acl_add_perm", add_bits),
        import("acl_delete_perm", delete_bits),
        import("acl_clear_perms", clear_bits),
        import("acl_get_perm_np", get_bits),
        import("acl_add_flag_np", add_bits),
        import("acl_delete_flag_np", delete_bits),
        import("acl_clear_flags_np", clear_bits),
        import("acl_get_flag_np", get_bits),
    };
    return imports;
}

}  // namespace machorun
