// What Linux does not know of files. (chattr(1)'s flags are the file system's own business and not copied, as with
// rsync and cp; birth times can be read but not set.)

#include "platform/attributes.h"

#include <cerrno>

namespace arsync::platform {

AttributeSupport attribute_support()
{
    return {.user_xattrs = true};
}

Status set_creation_time(AttributeTarget, Timestamp)
{
    return fail(Operation::SetTimes, ENOTSUP);
}

Status set_flags(AttributeTarget, FileFlags)
{
    return fail(Operation::SetFlags, ENOTSUP);
}

FileFlags copied_flags(FileFlags, bool)
{
    return 0;
}

FileFlags locking_flags(FileFlags)
{
    return 0;
}

}  // namespace arsync::platform
