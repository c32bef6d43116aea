#pragma once
// How directories and files below a root are opened. Where the system can refuse links in every component
// (O_NOFOLLOW_ANY on macOS) it is asked to; names are single components, so O_NOFOLLOW means the same.

#include <fcntl.h>

namespace arsync::platform {

inline constexpr int kBelowRoot = O_CLOEXEC | O_NOFOLLOW;
inline constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

}  // namespace arsync::platform
