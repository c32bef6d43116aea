#include "platform/posix/rename.h"

namespace arsync::platform {

Status rename_over_placeholder(const Directory& directory, NameView from, NameView to)
{
    const auto placeholder = directory.create_file(to, 0600);
    if (!placeholder) return fail(Operation::Rename, placeholder.error().code);
    auto renamed = directory.rename(from, to);
    if (!renamed) static_cast<void>(directory.unlink(to));
    return renamed;
}

}  // namespace arsync::platform
