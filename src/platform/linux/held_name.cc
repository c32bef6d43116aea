#include "platform/held_name.h"

#include <fcntl.h>

#include <cerrno>

#include "platform/posix/open_flags.h"
#include "platform/posix/sys.h"

namespace arsync::platform {

Result<HeldName> HeldName::hold(const Directory& directory, NameView name, FileIdentity identity)
{
    Handle handle(
        sys::call("openat", [&] { return ::openat(directory.handle().get(), name.c_str(), O_PATH | kBelowRoot); }));
    if (!handle) return fail(Operation::Open, errno);
    const auto target = AttributeTarget::of_path_handle(handle.get());
    const auto facts = stat_target(target);
    if (!facts) return std::unexpected(facts.error());
    if (facts->identity != identity) return fail(Operation::Open, ESTALE);
    return HeldName(std::move(handle), target);
}

}  // namespace arsync::platform
