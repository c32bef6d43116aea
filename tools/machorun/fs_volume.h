#pragma once

#include "fs_layout.h"
#include "paths.h"

namespace machorun {

// statfs(2) of the volume that `object` lies in: 0 or a Darwin errno.
int fill_statfs(const Object& object, DarwinStatfs& result);

}  // namespace machorun
