// File flags and creation times: chflags(2), setattrlist(2).

#include "platform/attributes.h"

#include <sys/attr.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

constexpr FileFlags kLocking = UF_IMMUTABLE | UF_APPEND | SF_IMMUTABLE | SF_APPEND | SF_NOUNLINK;

/// Settable by the letter, but a statement on how this very file is stored or watched: compressed (the data is copied
/// uncompressed), with a document id, or kept for one program.
constexpr FileFlags kOfThisFile = UF_COMPRESSED | UF_TRACKED | UF_DATAVAULT | SF_RESTRICTED | SF_FIRMLINK;

template <class Value>
Status set_attribute(AttributeTarget target, attrgroup_t attribute, Value value, Operation operation)
{
    attrlist which{};
    which.bitmapcount = ATTR_BIT_MAP_COUNT;
    which.commonattr = attribute;
    const int result = sys::call("setattrlist", [&] {
        return target.name() == nullptr
                   ? ::fsetattrlist(target.descriptor(), &which, &value, sizeof value, 0)
                   : ::setattrlistat(target.descriptor(), target.name(), &which, &value, sizeof value, FSOPT_NOFOLLOW);
    });
    if (result == -1) return fail(operation, errno);
    return {};
}

}  // namespace

AttributeSupport attribute_support()
{
    return {.creation_times = true,
            .file_flags = true,
            .dataless_files = true,
            .group_of_directory = true,
            .link_modes = true};
}

Status set_creation_time(AttributeTarget target, Timestamp born)
{
    timespec time{};
    time.tv_sec = static_cast<time_t>(born.seconds);
    time.tv_nsec = static_cast<long>(born.nanoseconds);
    return set_attribute(target, ATTR_CMN_CRTIME, time, Operation::SetTimes);
}

Status set_flags(AttributeTarget target, FileFlags flags)
{
    if (target.name() != nullptr) return set_attribute(target, ATTR_CMN_FLAGS, flags, Operation::SetFlags);
    if (sys::call("fchflags", [&] { return ::fchflags(target.descriptor(), flags); }) == -1)
        return fail(Operation::SetFlags, errno);
    return {};
}

FileFlags copied_flags(FileFlags flags, bool privileged)
{
    const FileFlags settable = privileged ? UF_SETTABLE | SF_SETTABLE : UF_SETTABLE;
    return flags & settable & ~kOfThisFile;
}

FileFlags locking_flags(FileFlags flags)
{
    return flags & kLocking;
}

Acl acl_with_ids(const Acl& acl, const std::function<UserId(UserId)>&, const std::function<GroupId(GroupId)>&)
{
    return acl;
}

Acl acl_with_mode(const Acl& acl, Mode)
{
    return acl;
}

}  // namespace arsync::platform
