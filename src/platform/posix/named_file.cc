#include "platform/named_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "platform/posix/path_walk.h"
#include "platform/posix/sys.h"
#include "platform/process.h"

namespace arsync::platform {
namespace {

constexpr std::size_t kBlock = std::size_t{64} * 1024;

Result<File> opened(Result<Handle> handle)
{
    if (!handle) return std::unexpected(handle.error());
    return File(std::move(*handle));
}

}  // namespace

Result<File> open_named_file(const std::string& path, const PathPolicy& policy)
{
    return opened(open_path(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY, 0, policy));
}

Result<File> create_named_file(const std::string& path, Mode mode, const PathPolicy& policy)
{
    constexpr int kWriting = O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY;
    return opened(open_path(AT_FDCWD, path, kWriting, mode, policy));
}

Result<File> make_unnamed_file()
{
    const auto directory = environment("TMPDIR").value_or("");
    std::string path = (directory.empty() ? "/tmp" : directory) + "/arsync.XXXXXX";
    const int descriptor = sys::call("mkstemp", [&] { return ::mkostemp(path.data(), O_CLOEXEC); });
    if (descriptor == -1) return fail(Operation::Create, errno);
    File file{Handle(descriptor)};
    if (::unlink(path.c_str()) == -1) return fail(Operation::Unlink, errno);
    return file;
}

Result<File> keep_standard_input()
{
    auto file = make_unnamed_file();
    if (!file) return file;
    std::array<std::byte, kBlock> block;
    for (std::uint64_t at = 0;;) {
        const auto count = sys::call("read", [&] { return ::read(STDIN_FILENO, block.data(), block.size()); });
        if (count == -1) return fail(Operation::Read, errno);
        if (count == 0) return file;
        const auto length = static_cast<std::size_t>(count);
        if (const auto done = file->write_at(at, std::span(block).first(length)); !done)
            return std::unexpected(done.error());
        at += length;
    }
}

}  // namespace arsync::platform
