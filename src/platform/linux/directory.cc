// What Linux does with names beyond POSIX.

#include "platform/directory.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

#include "platform/posix/node.h"
#include "platform/posix/rename.h"
#include "platform/posix/sys.h"

namespace arsync::platform {

Status Directory::make_node(NameView name, FileType type, Mode mode, DeviceNumber number) const
{
    const int result = sys::call("mknodat", [&] {
        return ::mknodat(handle_.get(), name.c_str(), static_cast<mode_t>(mode | type_bits(type)),
                         device_number(number));
    });
    if (result == -1) return fail(Operation::MakeNode, errno);
    return {};
}

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
