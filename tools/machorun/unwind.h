// Exceptions: Apple's compact unwind information made known to the host's unwinder.
#pragma once

#include <cstdint>
#include <string>

#include "macho.h"

namespace machorun {

struct UnwindCounts {
    int compact = 0;  // functions described by compact unwind information
    int dwarf = 0;    // functions whose entry refers to __eh_frame
};

// libgcc reads DWARF only, so each compact entry becomes a DWARF frame description. Registers them, and the image's
// own __eh_frame if any function needs it. The descriptions live as long as the process.
UnwindCounts register_unwind_info(const Image& image);

}  // namespace machorun
