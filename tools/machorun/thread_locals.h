// Thread-local variables: each access calls a function, which gives the thread its copy.
#pragma once

#include "macho.h"

namespace machorun {

// Remembers where the image keeps the initial values. To be called before the program runs.
void set_up_thread_locals(const Image& image);

}  // namespace machorun
