// errno as macOS numbers it. While a loaded program runs, errno holds Darwin's numbers: every imitated call translates
// what Linux left there, and the loader's own code translates back before it asks the C library about an error.
#pragma once

#include <cerrno>
#include <cstddef>
#include <string_view>

namespace machorun {

int to_darwin(int linux_errno);            // EIO for an error macOS has no name for
int to_linux(int darwin_errno);            // EIO likewise; macOS's own errors (EFTYPE, EAUTH, ...) have no Linux number
int errno_by_name(std::string_view name);  // "ENOATTR" -> 93; 0 for a name macOS does not have
const char* errno_name(int darwin_errno);  // "E?" for a number macOS does not have
const char* errno_text(int darwin_errno);  // what strerror(3) says on macOS; nullptr for an unknown number

// The Darwin numbers the imitated calls return themselves. ENOENT and its kin up to ERANGE are the same on both
// systems, except for 11 (EDEADLK here, EAGAIN on Linux).
namespace darwin {
constexpr int kEdeadlk = 11;
constexpr int kEagain = 35;
constexpr int kEnotsup = 45;
constexpr int kEloop = 62;
constexpr int kEnametoolong = 63;
constexpr int kEnotempty = 66;
constexpr int kEftype = 79;
constexpr int kEoverflow = 84;
constexpr int kEcanceled = 89;
constexpr int kEilseq = 92;
constexpr int kEnoattr = 93;
}  // namespace darwin

inline int fail(int darwin_code)
{
    errno = darwin_code;
    return -1;
}

// Passes on the result of a Linux call that reports failure as -1.
template <class Result>
Result fix(Result result)
{
    if (result == Result(-1)) errno = to_darwin(errno);
    return result;
}

}  // namespace machorun
