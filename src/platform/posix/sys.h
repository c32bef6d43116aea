#pragma once
// Every system call of the platform layer goes through here: interrupted calls are repeated, and in a build with
// ARSYNC_FAULTS any of them can be told to fail (see fault.cc).

#include <cerrno>

namespace arsync::platform::sys {

#ifdef ARSYNC_FAULTS
/// The errno with which this call of `operation` has to fail, 0 to go ahead.
[[nodiscard]] int injected_fault(const char* operation);
#else
[[nodiscard]] constexpr int injected_fault(const char*)
{
    return 0;
}
#endif

/// Makes the call and repeats it while a signal interrupts it. `operation` is the name for fault injection.
template <class Call>
[[nodiscard]] auto call(const char* operation, Call make) -> decltype(make())
{
    for (;;) {
        if (const int fault = injected_fault(operation); fault != 0) {
            errno = fault;
        } else if (const auto result = make(); result != -1) {
            return result;
        }
        if (errno != EINTR) return -1;
    }
}

}  // namespace arsync::platform::sys
