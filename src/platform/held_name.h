#pragma once
// A name of a directory, held as what was found there: whoever puts something else at the name meanwhile does not
// lead changes of attributes to it. Needs no rights on the file itself, so anything can be held: files that may not be
// read, links, devices (Linux: O_PATH. macOS has no such thing: files and directories that may be read are opened, the
// rest is still meant by name.)

#include <optional>

#include "base/error.h"
#include "platform/attributes.h"
#include "platform/directory.h"

namespace arsync::platform {

class HeldName {
public:
    /// ESTALE if the name is not (or no longer) that file.
    [[nodiscard]] static Result<HeldName> hold(const Directory& directory, NameView name, FileIdentity identity);

    /// Borrows from this object and, on macOS, from the directory and the name.
    [[nodiscard]] AttributeTarget target() const { return target_; }

private:
    HeldName(Handle handle, AttributeTarget target) : handle_(std::move(handle)), target_(target) {}

    Handle handle_;
    AttributeTarget target_;
};

}  // namespace arsync::platform
