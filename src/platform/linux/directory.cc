// What Linux does with names beyond POSIX.

#include "platform/directory.h"

#include <fcntl.h>
#include <stdio.h>

#include <cerrno>

#include "platform/posix/rename.h"
#include "platform/posix/sys.h"

namespace arsync::platform {

Status Directory::rename_exclusively(NameView from, NameView to) const
{
    const int result = sys::call("renameat2", [&] {
        return ::renameat2(handle_.get(), from.c_str(), handle_.get(), to.c_str(), RENAME_NOREPLACE);
    });
    if (result == 0) return {};
    if (errno == EINVAL || errno == ENOSYS) return rename_over_placeholder(*this, from, to);
    return fail(Operation::Rename, errno);
}

}  // namespace arsync::platform
