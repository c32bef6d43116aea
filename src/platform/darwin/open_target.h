#pragma once
// A descriptor for what an AttributeTarget means, for calls that have no form with a directory and a name.

#include <optional>

#include "base/error.h"
#include "platform/attributes.h"
#include "platform/handle.h"

namespace arsync::platform {

/// The target's own descriptor, or one that was opened for this purpose: a link itself, never what it leads to.
class OpenTarget {
public:
    /// nullopt inside: a fifo, socket or device. They have no xattrs (EPERM, xnu's XATTR_VNODE_SUPPORTED), and opening
    /// one may do things.
    [[nodiscard]] static Result<std::optional<OpenTarget>> open(AttributeTarget target, Operation operation);

    [[nodiscard]] int descriptor() const { return opened_ ? opened_.get() : borrowed_; }

private:
    OpenTarget(int borrowed, Handle opened) : borrowed_(borrowed), opened_(std::move(opened)) {}

    int borrowed_;
    Handle opened_;
};

}  // namespace arsync::platform
