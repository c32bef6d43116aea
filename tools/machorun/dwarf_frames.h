// A DWARF .eh_frame section made from compact unwind encodings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace machorun {

// One function with its encoding of <mach-o/compact_unwind_encoding.h>.
struct UnwindEntry {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint32_t encoding = 0;
    std::uint64_t language_data = 0;  // LSDA, 0 if none
};

class DwarfFrames {
public:
    // Adds the common part (CIE) of all functions with this personality routine, 0 for none. Returns its position.
    std::size_t add_common(std::uint64_t personality);

    // Adds the description (FDE) of one function. False for an encoding without a frame.
    bool add_function(std::size_t common, bool has_personality, const UnwindEntry& entry);

    // Ends the section, and gives its bytes.
    std::vector<std::uint8_t> finish();

private:
    template <class T>
    void put(T value)
    {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
        bytes_.insert(bytes_.end(), bytes, bytes + sizeof value);
    }
    std::size_t begin_record();
    void end_record(std::size_t start);

    std::vector<std::uint8_t> bytes_;
};

}  // namespace machorun
