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
#ifdef O_NOATIME
inline constexpr int kNoAccessTime = O_NOATIME;
#else
inline constexpr int kNoAccessTime = 0;  // macOS has no such thing, and rsync there ignores the option
#endif
// To reach what is in a directory, which needs no right to list it.
#ifdef O_PATH
inline constexpr int kPassing = O_PATH | O_DIRECTORY | O_CLOEXEC;
#else
inline constexpr int kPassing = O_SEARCH | O_CLOEXEC;
#endif
inline constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

}  // namespace arsync::platform
