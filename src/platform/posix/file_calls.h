#pragma once
// The calls that move data, where systems differ in how one asks them not to keep it in memory. As read(2) and
// write(2): how many bytes, or -1 and errno. Not repeated when interrupted.

#include <sys/types.h>

#include <cstdint>
#include <span>

#include "platform/file.h"

namespace arsync::platform::calls {

[[nodiscard]] ssize_t read(const Handle& handle, std::uint64_t offset, std::span<std::byte> buffer, Caching caching);
[[nodiscard]] ssize_t write(const Handle& handle, std::uint64_t offset, std::span<const std::byte> data,
                            Caching caching);

}  // namespace arsync::platform::calls
