// What macOS does to every file it makes.
#pragma once

#include "paths.h"

namespace machorun {

// A new file has the group of its directory, whoever makes it (open(2), mkdir(2), symlink(2)), and the ACL entries that
// the directory passes on. Leaves errno alone.
void settle_new_entry(const Place& created);

}  // namespace machorun
