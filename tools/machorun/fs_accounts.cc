#include "fs_accounts.h"

#include <array>

#include <grp.h>
#include <pwd.h>

namespace machorun {
namespace {

// Room for the strings of an entry. A group with more members than fit is as good as unknown.
using Room = std::array<char, 16384>;

}  // namespace

std::string user_name(uint32_t user)
{
    Room room;
    passwd entry;
    passwd* found = nullptr;
    getpwuid_r(user, &entry, room.data(), room.size(), &found);
    return found ? found->pw_name : "";
}

std::string group_name(uint32_t group_id)
{
    Room room;
    group entry;
    group* found = nullptr;
    getgrgid_r(group_id, &entry, room.data(), room.size(), &found);
    return found ? found->gr_name : "";
}

std::optional<uint32_t> user_number(const std::string& name)
{
    Room room;
    passwd entry;
    passwd* found = nullptr;
    getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
    return found ? std::optional(found->pw_uid) : std::nullopt;
}

std::optional<uint32_t> group_number(const std::string& name)
{
    Room room;
    group entry;
    group* found = nullptr;
    getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
    return found ? std::optional(found->gr_gid) : std::nullopt;
}

}  // namespace machorun
