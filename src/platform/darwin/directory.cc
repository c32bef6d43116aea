// What macOS does with names beyond POSIX.

#include "platform/directory.h"

#include <stdio.h>
#include <sys/stdio.h>
#include <unistd.h>

#include <cerrno>

#include "platform/posix/rename.h"
#include "platform/posix/sys.h"

namespace arsync::platform {

Status Directory::rename_exclusively(NameView from, NameView to) const
{
    const int result = sys::call("renameatx_np", [&] {
        return ::renameatx_np(handle_.get(), from.c_str(), handle_.get(), to.c_str(), RENAME_EXCL);
    });
    if (result == 0) return {};
    // Volumes without VOL_CAP_INT_RENAME_EXCL say so.
    if (errno == ENOTSUP || errno == EINVAL) return rename_over_placeholder(*this, from, to);
    return fail(Operation::Rename, errno);
}

}  // namespace arsync::platform
