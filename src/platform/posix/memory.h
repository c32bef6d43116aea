#pragma once

namespace arsync::platform {

/// From now on large blocks of memory go back to the system as soon as they are free. Before any thread.
void give_back_large_blocks();

}  // namespace arsync::platform
