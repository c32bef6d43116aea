#include "platform/held_name.h"

#include <cerrno>

namespace arsync::platform {

Result<HeldName> HeldName::hold(const Directory& directory, NameView name, FileIdentity identity)
{
    const auto facts = directory.stat(name);
    if (!facts) return std::unexpected(facts.error());
    if (facts->identity != identity) return fail(Operation::Open, ESTALE);
    if (facts->type != FileType::Regular || facts->dataless) return HeldName(Handle(), {directory, name});
    auto file = directory.open_file(name);
    if (!file) return HeldName(Handle(), {directory, name});
    const auto opened = file->stat();
    if (!opened) return std::unexpected(opened.error());
    if (opened->identity != identity) return fail(Operation::Open, ESTALE);
    const AttributeTarget target(*file);
    return HeldName(std::move(*file).take_handle(), target);
}

}  // namespace arsync::platform
