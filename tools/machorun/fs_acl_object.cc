// ACLs as a whole: acl_init(3), acl_dup(3), acl_free(3), acl_valid(3), acl_copy_ext(3), acl_copy_int(3), acl_size(3).
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <set>

#include <arpa/inet.h>

#include "darwin_errno.h"
#include "fs_acl.h"
#include "fs_tables.h"

namespace machorun {
namespace {

// acl_free(3) is for ACLs, for text and for qualifiers: what is not known here came from malloc.
std::mutex live_mutex;
std::set<void*> live;

// The external form: struct kauth_filesec of sys/kauth.h. acl_copy_ext writes it in big-endian order.
struct ExternalEntry {
    Guid who;
    uint32_t flags;  // with the tag in the low four bits
    uint32_t permissions;
};

struct ExternalAcl {
    uint32_t magic;
    Guid owner, group;
    uint32_t count;
    uint32_t flags;
};
static_assert(sizeof(ExternalAcl) == 44 && sizeof(ExternalEntry) == 24);

constexpr uint32_t kExternalMagic = 0x012cc16d;  // KAUTH_FILESEC_MAGIC

uint32_t same(uint32_t word)
{
    return word;
}
uint32_t swapped(uint32_t word)
{
    return htonl(word);
}

Acl* darwin_acl_init(int count)
{
    if (count < 0 || static_cast<size_t>(count) > kMostAclEntries) {
        errno = count < 0 ? EINVAL : ENOMEM;
        return nullptr;
    }
    return new_acl({});
}

Acl* darwin_acl_dup(const Acl* acl)
{
    return new_acl(*acl);
}

int darwin_acl_free(void* object)
{
    {
        const std::lock_guard lock(live_mutex);
        if (live.erase(object)) {
            delete static_cast<Acl*>(object);
            return 0;
        }
    }
    std::free(object);
    return 0;
}

int darwin_acl_valid(const Acl* acl)
{
    return is_valid(*acl) ? 0 : fail(EINVAL);
}

ssize_t darwin_acl_size(const Acl* acl)
{
    return static_cast<ssize_t>(sizeof(ExternalAcl) + acl->entries.size() * sizeof(ExternalEntry));
}

ssize_t copy_out(void* buffer, const Acl& acl, ssize_t size, uint32_t (*order)(uint32_t))
{
    const ssize_t needed = darwin_acl_size(&acl);
    if (size < needed) return fail(ERANGE);
    const auto count = static_cast<uint32_t>(acl.entries.size());
    const ExternalAcl head{order(kExternalMagic), {}, {}, order(count), order(acl.flags)};
    auto* to = static_cast<char*>(std::memcpy(buffer, &head, sizeof head)) + sizeof head;
    for (const AclEntry& entry : acl.entries) {
        const ExternalEntry external{entry.who, order(entry.flags | entry.tag), order(entry.permissions)};
        std::memcpy(to, &external, sizeof external);
        to += sizeof external;
    }
    return needed;
}

Acl* copy_in(const void* buffer, uint32_t (*order)(uint32_t))
{
    ExternalAcl head;
    std::memcpy(&head, buffer, sizeof head);
    if (order(head.magic) != kExternalMagic || order(head.count) > kMostAclEntries) {
        errno = EINVAL;
        return nullptr;
    }
    Acl acl;
    acl.flags = order(head.flags);
    const auto* from = static_cast<const char*>(buffer) + sizeof head;
    for (uint32_t i = 0; i < order(head.count); ++i, from += sizeof(ExternalEntry)) {
        ExternalEntry external;
        std::memcpy(&external, from, sizeof external);
        AclEntry& entry = acl.entries.emplace_back();
        entry.tag = order(external.flags) & 0xfU;
        entry.flags = order(external.flags) & ~0xfU;
        entry.who = external.who;
        entry.permissions = order(external.permissions);
    }
    return new_acl(acl);
}

ssize_t darwin_acl_copy_ext(void* buffer, const Acl* acl, ssize_t size)
{
    return copy_out(buffer, *acl, size, swapped);
}

ssize_t darwin_acl_copy_ext_native(void* buffer, const Acl* acl, ssize_t size)
{
    return copy_out(buffer, *acl, size, same);
}

Acl* darwin_acl_copy_int(const void* buffer)
{
    return copy_in(buffer, swapped);
}

Acl* darwin_acl_copy_int_native(const void* buffer)
{
    return copy_in(buffer, same);
}

}  // namespace

Acl* new_acl(const Acl& content)
{
    auto* acl = new Acl(content);
    acl->current = nullptr;
    const std::lock_guard lock(live_mutex);
    live.insert(acl);
    return acl;
}

bool is_valid(const Acl& acl)
{
    if (acl.entries.size() > kMostAclEntries) return false;
    for (const AclEntry& entry : acl.entries) {
        if (entry.tag != kAclAllow && entry.tag != kAclDeny) return false;
    }
    return true;
}

std::span<const Import> acl_object_imports()
{
    static const Import imports[] = {
        import("acl_init", darwin_acl_init),
        import("acl_dup", darwin_acl_dup),
        import("acl_free", darwin_acl_free),
        import("acl_valid", darwin_acl_valid),
        import("acl_size", darwin_acl_size),
        import("acl_copy_ext", darwin_acl_copy_ext),
        import("acl_copy_ext_native", darwin_acl_copy_ext_native),
        import("acl_copy_int", darwin_acl_copy_int),
        import("acl_copy_int_native", darwin_acl_copy_int_native),
    };
    return imports;
}

}  // namespace machorun
