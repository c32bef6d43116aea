// MACHORUN_LOG=FILE: one line per call, "NAME(arg0,arg1,arg2,arg3) = RESULT [ERRNO_NAME]".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace machorun {

// True if MACHORUN_LOG names a file. Opens it at the first call; exits 127 if that fails.
bool log_is_on();

// The part of a line up to ") = ", written before the call: its strings may have changed after it.
std::size_t format_call(std::span<char> line, std::string_view name, std::span<const std::int64_t, 6> arguments);

// Appends the result to the `length` characters of `line` and writes the line in one piece. Leaves errno alone.
void log_result(std::span<char> line, std::size_t length, std::string_view name, std::int64_t result);

}  // namespace machorun
