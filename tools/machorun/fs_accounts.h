// Names of users and groups, safe to ask for from several threads at once (getpwuid(3) is not).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace machorun {

std::string user_name(uint32_t user);  // empty if there is no such user
std::string group_name(uint32_t group);
std::optional<uint32_t> user_number(const std::string& name);
std::optional<uint32_t> group_number(const std::string& name);

}  // namespace machorun
