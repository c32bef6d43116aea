// Values of extended attributes. Darwin's attribute N is Linux' user.N, see linux_attribute() for what takes none.
#pragma once

#include <string>
#include <string_view>

#include "paths.h"

namespace machorun {

constexpr std::string_view kFinderInfo = "com.apple.FinderInfo";
constexpr std::string_view kResourceFork = "com.apple.ResourceFork";

// What the system keeps to itself: com.apple.system.* is not even shown, the others that are protected can be read.
bool is_system_name(std::string_view name);
bool is_protected(std::string_view name);

// A Darwin errno on failure: ENOATTR, ENOTSUP, or ENOSPC and E2BIG from Linux' limits.
Looked<std::string> read_value(const Object& object, std::string_view name);
int write_value(const Object& object, std::string_view name, const std::string& value);
int remove_value(const Object& object, std::string_view name);

}  // namespace machorun
