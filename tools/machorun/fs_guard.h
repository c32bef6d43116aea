// The flags that make files immutable, as chflags(2) describes them: whatever they forbid fails with EPERM, for root
// too.
#pragma once

#include "paths.h"

namespace machorun {

// Each gives 0 or a Darwin errno.
int refuse_attribute_change(const Object& object);  // mode, owner, times, xattrs, ACL
int refuse_content_change(const Object& object);    // anything but appending
int refuse_new_entry(const Place& place);           // the directory of a name to be made
int refuse_removal(const Place& place);             // of the name itself, by unlink or as the source of a rename
int refuse_replacement(const Place& place);         // the same for the target of a rename, which may not exist
int refuse_new_name(const Object& object);          // a further hard link

}  // namespace machorun
