// Variable-length integers, as Mach-O and DWARF write them.
#pragma once

#include <cstdint>
#include <span>

namespace machorun {

// Both take the number off the front of `bytes`. A number that is cut short ends with the bytes.
inline std::uint64_t take_uleb128(std::span<const std::uint8_t>& bytes)
{
    std::uint64_t value = 0;
    for (unsigned shift = 0; !bytes.empty(); shift += 7) {
        const std::uint8_t byte = bytes.front();
        bytes = bytes.subspan(1);
        if (shift < 64) value |= std::uint64_t{byte & 0x7fU} << shift;
        if ((byte & 0x80) == 0) break;
    }
    return value;
}

inline std::int64_t take_sleb128(std::span<const std::uint8_t>& bytes)
{
    std::uint64_t value = 0;
    for (unsigned shift = 0; !bytes.empty();) {
        const std::uint8_t byte = bytes.front();
        bytes = bytes.subspan(1);
        if (shift < 64) value |= std::uint64_t{byte & 0x7fU} << shift;
        shift += 7;
        if ((byte & 0x80) != 0) continue;
        if (shift < 64 && (byte & 0x40) != 0) value |= ~std::uint64_t{0} << shift;
        break;
    }
    return static_cast<std::int64_t>(value);
}

}  // namespace machorun
