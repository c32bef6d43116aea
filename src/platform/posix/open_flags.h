#pragma once
// How directories and files below a root are opened. Where the system can refuse links in every component
// (O_NOFOLLOW_ANY, macOS) it is asked to; names are single components, so elsewhere O_NOFOLLOW means the same.

#include <fcntl.h>

namespace arsync::platform {

#ifdef O_NOFOLLOW_ANY
inline constexpr int kNoLinks = O_NOFOLLOW_ANY;
#else
inline constexpr int kNoLinks = O_NOFOLLOW;
#endif
inline constexpr int kBelowRoot = O_CLOEXEC | kNoLinks;
inline constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

}  // namespace arsync::platform
