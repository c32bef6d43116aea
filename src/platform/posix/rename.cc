#include "platform/posix/rename.h"

namespace arsync::platform {

Status rename_over_placeholder(const Directory& directory, NameView from, NameView to)
{
    const auto facts = directory.stat(from);
    if (!facts) return fail(Operation::Rename, facts.error().code);
    const bool is_directory = facts->type == FileType::Directory;  // which takes the place of an empty one only
    Status placeholder;
    if (is_directory) {
        placeholder = directory.make_directory(to, 0700);
    } else if (const auto created = directory.create_file(to, 0600); !created) {
        placeholder = std::unexpected(created.error());
    }
    if (!placeholder) return fail(Operation::Rename, placeholder.error().code);
    auto renamed = directory.rename(from, to);
    if (!renamed) static_cast<void>(is_directory ? directory.remove_directory(to) : directory.unlink(to));
    return renamed;
}

}  // namespace arsync::platform
