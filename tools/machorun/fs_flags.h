#pragma once

#include <cstdint>

#include "paths.h"

namespace machorun {

// chflags(2): 0 or a Darwin errno. Unlike every other change it is allowed on an immutable file.
int change_flags(const Object& object, uint32_t flags);

}  // namespace machorun
