#pragma once
// What is asked of a path that the user named. Whoever may write in a directory on its way can put a symbolic link
// there that leads arsync elsewhere, so that a link is passed only if it belongs to the user himself or to root.

#include <string>

#include "platform/metadata.h"

namespace arsync::platform {

struct PathPolicy {
    bool any_links = false;        // whoever owns them
    UserId user = 0;               // whose links are passed, besides root's
    std::string confined_to = {};  // only what is in this directory or below; empty: anywhere

    [[nodiscard]] PathPolicy unconfined() const { return {any_links, user, {}}; }
};

}  // namespace arsync::platform
