#pragma once
// What is known about the terminal behind the standard streams, and writing to them.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace arsync::platform {

enum class Stream : std::uint8_t { Output, Error };

[[nodiscard]] bool is_terminal(Stream stream);
/// Columns of the terminal, nullopt if the stream is none.
[[nodiscard]] std::optional<unsigned> terminal_width(Stream stream);
/// Writes all bytes, unbuffered. EPIPE comes back as an error, not as a signal (see process.h).
[[nodiscard]] Status write_stream(Stream stream, std::string_view bytes);

}  // namespace arsync::platform
