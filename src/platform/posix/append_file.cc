#include "platform/append_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "platform/posix/path_walk.h"
#include "platform/posix/sys.h"

namespace arsync::platform {

Result<AppendFile> AppendFile::open(const std::string& path, Mode mode, const PathPolicy& policy)
{
    constexpr int kAppending = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY;
    auto opened = open_path(AT_FDCWD, path, kAppending, mode, policy);
    if (!opened) return std::unexpected(opened.error());
    return AppendFile(std::move(*opened));
}

Status AppendFile::write(std::string_view bytes) const
{
    while (!bytes.empty()) {
        const auto count = sys::call("write", [&] { return ::write(handle_.get(), bytes.data(), bytes.size()); });
        if (count == -1) return fail(Operation::Write, errno);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

}  // namespace arsync::platform
