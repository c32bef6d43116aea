// Metadata as macOS sees it, for the calls that come as part of another.
#pragma once

#include "fs_layout.h"
#include "paths.h"

namespace machorun {

DarwinStat stat_of(const Object& object);

// Each gives 0 or a Darwin errno and honours the immutable flags.
int change_mode(const Object& object, unsigned mode);
int change_owner(const Object& object, uint32_t user, uint32_t group);  // UINT32_MAX: as it is
int change_times(const Object& object, DarwinTimespec access, DarwinTimespec modification);

// Nanoseconds of these values have a meaning of their own, as in utimensat(2) of macOS.
constexpr int64_t kDarwinTimeNow = -1;
constexpr int64_t kDarwinTimeOmit = -2;

}  // namespace machorun
