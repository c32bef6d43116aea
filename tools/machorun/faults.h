// Calls made to fail: MACHORUN_FAULT=clonefileat:ENOTSUP:3,write:EIO:0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace machorun {

// The faults the user asked for, read from MACHORUN_FAULT once. Exits 127 with a message if it cannot be understood.
// A rule is NAME:ERROR:N with the import's name, a Darwin error by name or number, and N: the N-th call fails, 0: every
// call fails. EINTR with 0 hits every other call only: a call that is interrupted each time never ends.
bool has_faults(std::string_view name);

// Counts one call of `name`. Returns the call's result, with errno set, if this call is to fail.
std::optional<std::int64_t> injected_failure(std::string_view name);

}  // namespace machorun
