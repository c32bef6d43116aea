#pragma once
// What volumes say that they can do: getattrlist(2), ATTR_VOL_CAPABILITIES. Remembered by volume.

#include "base/error.h"
#include "platform/directory.h"
#include "platform/file.h"

namespace arsync::platform {

struct VolumeCapabilities {
    bool clone = false;
    bool case_sensitive = true;
    /// HFS+ writes in place: a large file allocated beforehand is in one piece. APFS gains nothing.
    bool preallocation_helps = false;
};

[[nodiscard]] Result<VolumeCapabilities> volume_capabilities(int descriptor);

/// EXDEV: not on one volume. ENOTSUP: the volume has no clones.
[[nodiscard]] Status volumes_can_clone(const File& source, const Directory& target);

}  // namespace arsync::platform
