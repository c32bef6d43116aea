#pragma once
// A file that grows at its end only, for logs; several processes may write to one.

#include <string>
#include <string_view>

#include "base/error.h"
#include "platform/handle.h"
#include "platform/metadata.h"
#include "platform/path_policy.h"

namespace arsync::platform {

class AppendFile {
public:
    /// Creates the file with `mode` if there is none.
    [[nodiscard]] static Result<AppendFile> open(const std::string& path, Mode mode, const PathPolicy& policy);
    [[nodiscard]] Status write(std::string_view bytes) const;

private:
    explicit AppendFile(Handle handle) : handle_(std::move(handle)) {}

    Handle handle_;
};

}  // namespace arsync::platform
