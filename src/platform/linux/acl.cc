// The form in which Linux hands out ACLs (linux/posix_acl_xattr.h): a version, then entries of tag, permissions and id,
// all little-endian, sorted by tag and id.

#include <algorithm>
#include <cstdint>
#include <map>
#include <ranges>
#include <utility>
#include <vector>

#include "platform/attributes.h"

namespace arsync::platform {
namespace {

constexpr std::size_t kHeader = 4;
constexpr std::size_t kEntry = 8;
constexpr unsigned kUserObject = 0x01;
constexpr unsigned kUser = 0x02;
constexpr unsigned kGroupObject = 0x04;
constexpr unsigned kGroup = 0x08;
constexpr unsigned kMask = 0x10;
constexpr unsigned kOther = 0x20;

struct Entry {
    unsigned tag = 0;
    unsigned permissions = 0;
    std::uint32_t id = 0;
};

std::uint32_t number_at(const Acl& acl, std::size_t at, std::size_t length)
{
    std::uint32_t value = 0;
    for (std::size_t i = length; i-- > 0;) value = value << 8 | static_cast<unsigned char>(acl[at + i]);
    return value;
}

void append_number(Acl& acl, std::uint32_t value, std::size_t length)
{
    for (std::size_t i = 0; i < length; ++i) acl.push_back(static_cast<char>(value >> (8 * i) & 0xffU));
}

std::vector<Entry> parse(const Acl& acl)
{
    std::vector<Entry> entries;
    for (std::size_t at = kHeader; at + kEntry <= acl.size(); at += kEntry)
        entries.push_back({number_at(acl, at, 2), number_at(acl, at + 2, 2), number_at(acl, at + 4, 4)});
    return entries;
}

Acl format(const Acl& like, const std::vector<Entry>& entries)
{
    Acl acl = like.substr(0, kHeader);
    for (const auto& entry : entries) {
        append_number(acl, entry.tag, 2);
        append_number(acl, entry.permissions, 2);
        append_number(acl, entry.id, 4);
    }
    return acl;
}

}  // namespace

Acl acl_with_ids(const Acl& acl, const std::function<UserId(UserId)>& user,
                 const std::function<GroupId(GroupId)>& group)
{
    if (acl.empty()) return acl;
    // Sorted anew. Of two users or groups that have become one the first stays: the kernel refuses a second.
    std::map<std::pair<unsigned, std::uint32_t>, Entry> sorted;
    for (auto entry : parse(acl)) {
        if (entry.tag == kUser) entry.id = user(entry.id);
        if (entry.tag == kGroup) entry.id = group(entry.id);
        sorted.emplace(std::pair(entry.tag, entry.id), entry);
    }
    const auto entries = std::views::values(sorted);
    return format(acl, {entries.begin(), entries.end()});
}

Acl acl_with_mode(const Acl& acl, Mode mode)
{
    if (acl.empty()) return acl;
    auto entries = parse(acl);
    const bool mask = std::ranges::find(entries, kMask, &Entry::tag) != entries.end();
    for (auto& entry : entries) {
        if (entry.tag == kUserObject) entry.permissions = mode >> 6 & 7U;
        if (entry.tag == (mask ? kMask : kGroupObject)) entry.permissions = mode >> 3 & 7U;
        if (entry.tag == kOther) entry.permissions = mode & 7U;
    }
    return format(acl, entries);
}

}  // namespace arsync::platform
