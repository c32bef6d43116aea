#include "platform/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

#include "platform/posix/sys.h"

namespace arsync::platform {
namespace {

int descriptor_of(Stream stream)
{
    return stream == Stream::Output ? STDOUT_FILENO : STDERR_FILENO;
}

}  // namespace

bool is_terminal(Stream stream)
{
    return ::isatty(descriptor_of(stream)) == 1;
}

std::optional<unsigned> terminal_width(Stream stream)
{
    winsize size{};
    if (::ioctl(descriptor_of(stream), TIOCGWINSZ, &size) == -1) return std::nullopt;
    return size.ws_col == 0 ? 80 : size.ws_col;
}

Status write_stream(Stream stream, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto count =
            sys::call("write", [&] { return ::write(descriptor_of(stream), bytes.data(), bytes.size()); });
        if (count == -1) return fail(Operation::Write, errno);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

}  // namespace arsync::platform
