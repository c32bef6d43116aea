// ACLs as text, acl_to_text(3): a first line "!#acl 1" with the flags of the list, then for each entry
//     user:UUID:NAME:ID:allow,file_inherit:read,write
// NAME and ID are empty if the UUID belongs to nobody known; on the way back the UUID alone counts, if there is one.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sstream>
#include <vector>

#include "darwin_errno.h"
#include "fs_accounts.h"
#include "fs_acl.h"
#include "fs_tables.h"

namespace machorun {
namespace {

struct Word {
    uint32_t bit;
    const char* name;
};

constexpr Word kPermissions[] = {
    {1U << 1, "read"},        {1U << 2, "write"},         {1U << 3, "execute"},       {1U << 4, "delete"},
    {1U << 5, "append"},      {1U << 6, "delete_child"},  {1U << 7, "readattr"},      {1U << 8, "writeattr"},
    {1U << 9, "readextattr"}, {1U << 10, "writeextattr"}, {1U << 11, "readsecurity"}, {1U << 12, "writesecurity"},
    {1U << 13, "chown"},      {1U << 20, "sync"},
};

constexpr Word kEntryFlags[] = {
    {kAclInherited, "inherited"},        {kAclFileInherit, "file_inherit"}, {kAclDirectoryInherit, "directory_inherit"},
    {kAclLimitInherit, "limit_inherit"}, {kAclOnlyInherit, "only_inherit"},
};

constexpr Word kListFlags[] = {{1U << 0, "defer_inherit"}, {1U << 17, "no_inherit"}};

std::string words_of(std::span<const Word> words, uint32_t bits, const char* before)
{
    std::string text;
    for (const Word& word : words) {
        if (!(bits & word.bit)) continue;
        text += text.empty() ? before : ",";
        text += word.name;
    }
    return text;
}

bool parse_words(std::span<const Word> words, const std::string& text, uint32_t& bits)
{
    std::istringstream names(text);
    for (std::string name; std::getline(names, name, ',');) {
        bool known = false;
        for (const Word& word : words) {
            if (name == word.name) {
                bits |= word.bit;
                known = true;
            }
        }
        if (!known) return false;
    }
    return true;
}

std::string guid_text(const Guid& guid)
{
    std::string text;
    for (size_t i = 0; i < guid.size(); ++i) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02X", guid[i]);
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += digits;
    }
    return text;
}

bool parse_guid(const std::string& text, Guid& guid)
{
    size_t at = 0;
    for (size_t i = 0; i < text.size();) {
        unsigned byte;
        if (text[i] == '-') {
            ++i;
        } else if (at < guid.size() && std::sscanf(text.substr(i, 2).c_str(), "%2x", &byte) == 1) {
            guid[at++] = static_cast<uint8_t>(byte);
            i += 2;
        } else {
            return false;
        }
    }
    return at == guid.size();
}

std::string entry_text(const AclEntry& entry)
{
    bool is_group = false;
    uint32_t id = 0;
    std::string name, number;
    if (identity_of(entry.who, is_group, id)) {
        number = std::to_string(id);
        name = is_group ? group_name(id) : user_name(id);
    }
    return std::string(is_group ? "group:" : "user:") + guid_text(entry.who) + ":" + name + ":" + number + ":" +
           (entry.tag == kAclDeny ? "deny" : "allow") + words_of(kEntryFlags, entry.flags, ",") + ":" +
           words_of(kPermissions, entry.permissions, "") + "\n";
}

// Without a UUID the number, and without that the name says who is meant.
bool parse_who(const std::vector<std::string>& fields, Guid& guid)
{
    if (!fields[1].empty()) return parse_guid(fields[1], guid);
    const bool is_group = fields[0] == "group";
    std::optional<uint32_t> id;
    if (!fields[3].empty())
        id = static_cast<uint32_t>(std::strtoul(fields[3].c_str(), nullptr, 10));
    else
        id = is_group ? group_number(fields[2]) : user_number(fields[2]);
    if (id) guid = is_group ? guid_of_group(*id) : guid_of_user(*id);
    return id.has_value();
}

bool parse_entry(const std::string& line, AclEntry& entry)
{
    std::vector<std::string> fields;
    std::istringstream parts(line);
    for (std::string field; std::getline(parts, field, ':');) fields.push_back(field);
    if (fields.size() == 5) fields.emplace_back();  // no permission at all
    if (fields.size() != 6 || (fields[0] != "user" && fields[0] != "group")) return false;
    const size_t comma = std::min(fields[4].find(','), fields[4].size());
    const std::string tag = fields[4].substr(0, comma);
    if (tag != "allow" && tag != "deny") return false;
    entry.tag = tag == "deny" ? kAclDeny : kAclAllow;
    const std::string flags = comma < fields[4].size() ? fields[4].substr(comma + 1) : "";
    return parse_who(fields, entry.who) && parse_words(kEntryFlags, flags, entry.flags) &&
           parse_words(kPermissions, fields[5], entry.permissions);
}

char* darwin_acl_to_text(const Acl* acl, ssize_t* length)
{
    const std::string text = text_of(*acl);
    if (length) *length = static_cast<ssize_t>(text.size());
    return strdup(text.c_str());
}

Acl* darwin_acl_from_text(const char* text)
{
    Acl acl;
    if (text && parse_acl(text, acl)) return new_acl(acl);
    errno = EINVAL;
    return nullptr;
}

}  // namespace

std::string text_of(const Acl& acl)
{
    std::string text = "!#acl 1" + words_of(kListFlags, acl.flags, " ") + "\n";
    for (const AclEntry& entry : acl.entries) text += entry_text(entry);
    return text;
}

bool parse_acl(const std::string& text, Acl& acl)
{
    constexpr std::string_view kHead = "!#acl 1";
    std::istringstream lines(text);
    std::string line;
    if (!std::getline(lines, line) || !line.starts_with(kHead)) return false;
    std::string flags = line.substr(kHead.size());
    flags.erase(0, flags.find_first_not_of(' '));
    if (!parse_words(kListFlags, flags, acl.flags)) return false;
    while (std::getline(lines, line)) {
        if (line.empty() || line.starts_with('#')) continue;
        if (acl.entries.size() == kMostAclEntries || !parse_entry(line, acl.entries.emplace_back())) return false;
    }
    return true;
}

std::span<const Import> acl_text_imports()
{
    static const Import imports[] = {
        import("acl_to_text", darwin_acl_to_text),
        import("acl_from_text", darwin_acl_from_text),
    };
    return imports;
}

}  // namespace machorun
