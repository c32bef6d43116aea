// Parts of process.h that are Linux's.

#include "platform/process.h"

#include <malloc.h>

#include "platform/posix/memory.h"

namespace arsync::platform {

void give_back_large_blocks()
{
    // glibc takes the size of large blocks that were freed for a new threshold, below which it keeps what is free, for
    // each thread. With a list of 8 MB names at a time that was 28 MB instead of 15.
    static_cast<void>(::mallopt(M_MMAP_THRESHOLD, 256 << 10));
}

void prepare_worker_thread() {}

void fetch_dataless_files(bool) {}

std::string_view advice(const Error&)
{
    return {};
}

}  // namespace arsync::platform
