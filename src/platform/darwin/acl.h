#pragma once
// Access control lists of macOS: acl(3), ACL_TYPE_EXTENDED.

#include "base/error.h"
#include "platform/attributes.h"

namespace arsync::platform {

struct AclFacts {
    Acl acl;                 // in the portable form of acl_copy_ext(3); equal lists have equal bytes
    bool handed_on = false;  // has entries that are inherited by what is created in the directory
};

/// Empty where there is none: a list without entries, as is left where one was taken away, is no list.
[[nodiscard]] Result<AclFacts> read_acl(int descriptor);

}  // namespace arsync::platform
