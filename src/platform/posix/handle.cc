#include "platform/handle.h"

#include <unistd.h>

#include "platform/posix/sys.h"

namespace arsync::platform {

void Handle::close() const
{
    // Not repeated on EINTR: the descriptor is gone then, and its number may already be another thread's.
    ::close(descriptor_);
}

}  // namespace arsync::platform
