#pragma once
// Flags of preadv2(2), pwritev2(2) and io_uring that are newer than the C library's headers may be.

namespace arsync::platform {

/// RWF_DONTCACHE: the data leaves the cache once it has been read, or written out, unless it was there before; Linux
/// 6.14. Refused with EOPNOTSUPP by file systems that cannot and by older kernels.
inline constexpr int kNotKept = 0x80;

}  // namespace arsync::platform
