#include "call_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "darwin_errno.h"
#include "descriptor.h"

namespace machorun {
namespace {

// How to show a call: one letter per argument (d decimal, x hexadecimal, s a C string), and the result.
struct CallFormat {
    std::string_view name;
    std::string_view arguments;
    char result = 'd';  // d: int, l: long, x: pointer, v: nothing
};

constexpr std::string_view kDefaultArguments = "xxxx";

constexpr CallFormat kFormats[] = {
    {"access", "sd"},
    {"acl_free", "x"},
    {"acl_get_fd_np", "dd", 'x'},
    {"acl_get_file", "sd", 'x'},
    {"acl_get_link_np", "sd", 'x'},
    {"acl_set_fd_np", "dxd"},
    {"acl_set_file", "sdx"},
    {"acl_set_link_np", "sdx"},
    {"chdir", "s"},
    {"chflags", "sx"},
    {"chmod", "sx"},
    {"chown", "sdd"},
    {"clonefile", "ssx"},
    {"clonefileat", "dsdsx"},
    {"close", "d"},
    {"closedir", "x"},
    {"copyfile", "ssxx"},
    {"copyfile_state_alloc", "", 'x'},
    {"dup", "d"},
    {"dup2", "dd"},
    {"faccessat", "dsdx"},
    {"fchflags", "dx"},
    {"fchmod", "dx"},
    {"fchmodat", "dsxx"},
    {"fchown", "ddd"},
    {"fchownat", "dsddx"},
    {"fclonefileat", "ddsx"},
    {"fcntl", "ddx"},
    {"fcopyfile", "ddxx"},
    {"fdopendir", "d", 'x'},
    {"fgetattrlist", "dxxdx"},
    {"fgetxattr", "dsxddx", 'l'},
    {"flistxattr", "dxdx", 'l'},
    {"fremovexattr", "dsx"},
    {"fsetattrlist", "dxxdx"},
    {"fsetxattr", "dsxddx"},
    {"fstat", "dx"},
    {"fstatat", "dsxx"},
    {"fstatfs", "dx"},
    {"fsync", "d"},
    {"ftruncate", "dl"},
    {"futimens", "dx"},
    {"getattrlist", "sxxdx"},
    {"getattrlistat", "dsxxdx"},
    {"getattrlistbulk", "dxxdx"},
    {"getxattr", "ssxddx", 'l'},
    {"kevent", "dxdxdx"},
    {"kevent64", "dxdxdx"},
    {"kqueue", ""},
    {"lchflags", "sx"},
    {"lchown", "sdd"},
    {"link", "ss"},
    {"linkat", "dsdsx"},
    {"listxattr", "sxdx", 'l'},
    {"lseek", "dld", 'l'},
    {"lstat", "sx"},
    {"mkdir", "sx"},
    {"mkdirat", "dsx"},
    {"mkdtemp", "s", 'x'},
    {"mkfifo", "sx"},
    {"mkstemp", "s"},
    {"open", "sxx"},
    {"openat", "dsxx"},
    {"opendir", "s", 'x'},
    {"pread", "dxll", 'l'},
    {"preadv", "dxdl", 'l'},
    {"pwrite", "dxll", 'l'},
    {"pwritev", "dxdl", 'l'},
    {"read", "dxl", 'l'},
    {"readdir", "x", 'x'},
    {"readlink", "sxl", 'l'},
    {"readlinkat", "dsxl", 'l'},
    {"readv", "dxd", 'l'},
    {"realpath", "sx", 'x'},
    {"removexattr", "ssx"},
    {"rename", "ss"},
    {"renameat", "dsds"},
    {"renameatx_np", "dsdsx"},
    {"renamex_np", "ssx"},
    {"rewinddir", "x", 'v'},
    {"rmdir", "s"},
    {"setattrlist", "sxxdx"},
    {"setattrlistat", "dsxxdx"},
    {"setxattr", "ssxddx"},
    {"stat", "sx"},
    {"statfs", "sx"},
    {"symlink", "ss"},
    {"symlinkat", "sds"},
    {"truncate", "sl"},
    {"unlink", "s"},
    {"unlinkat", "dsx"},
    {"utimensat", "dsxx"},
    {"write", "dxl", 'l'},
    {"writev", "dxd", 'l'},
};

CallFormat format_of(std::string_view name)
{
    const auto* const found = std::ranges::find(kFormats, name, &CallFormat::name);
    return found != std::end(kFormats) ? *found : CallFormat{name, kDefaultArguments, 'l'};
}

int log_descriptor()
{
    static const int fd = [] {
        const char* path = std::getenv("MACHORUN_LOG");
        if (path == nullptr || *path == '\0') return -1;
        const int opened = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (opened < 0) {
            std::perror(fmt::format("machorun: MACHORUN_LOG: {}", path).c_str());
            std::_Exit(127);
        }
        return Descriptor::hidden(opened).release();
    }();
    return fd;
}

// Appends to a line of a fixed size: a log line is also written in signal handlers, where nothing may allocate.
class LineWriter {
public:
    LineWriter(std::span<char> line, std::size_t length) : line_(line), length_(length) {}

    void text(std::string_view text)
    {
        const std::size_t fits = std::min(text.size(), line_.size() - length_);
        std::memcpy(line_.data() + length_, text.data(), fits);
        length_ += fits;
    }
    template <class... Values>
    void number(const char* format, Values... values)
    {
        const int wanted = std::snprintf(line_.data() + length_, line_.size() - length_, format, values...);
        length_ = std::min(length_ + static_cast<std::size_t>(std::max(wanted, 0)), line_.size() - 1);
    }
    void quoted(const char* string)
    {
        if (string == nullptr) return text("NULL");
        text("\"");
        for (; *string != '\0' && length_ + 8 < line_.size(); ++string) {
            const auto byte = static_cast<unsigned char>(*string);
            if (byte < 0x20 || byte == 0x7f || byte == '"' || byte == '\\') {
                number("\\x%02x", byte);
            } else {
                text({string, 1});
            }
        }
        text("\"");
    }
    [[nodiscard]] std::size_t length() const { return length_; }

private:
    std::span<char> line_;
    std::size_t length_;
};

}  // namespace

bool log_is_on()
{
    return log_descriptor() >= 0;
}

std::size_t format_call(std::span<char> line, std::string_view name, std::span<const std::int64_t, 6> arguments)
{
    constexpr std::size_t kRoomForResult = 64;
    LineWriter writer(line.first(line.size() - kRoomForResult), 0);
    writer.text(name);
    writer.text("(");
    const std::string_view letters = format_of(name).arguments;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (i != 0) writer.text(",");
        switch (letters[i]) {
            // Most numbers are ints, whose upper half of the register is undefined.
            case 'd': writer.number("%d", static_cast<int>(arguments[i])); break;
            case 'l': writer.number("%ld", static_cast<long>(arguments[i])); break;
            case 's': writer.quoted(reinterpret_cast<const char*>(arguments[i])); break;
            default: writer.number("%#lx", static_cast<unsigned long>(arguments[i])); break;
        }
    }
    return writer.length();
}

void log_result(std::span<char> line, std::size_t length, std::string_view name, std::int64_t result)
{
    const int saved_errno = errno;
    LineWriter writer(line.first(line.size() - 1), length);
    const char kind = format_of(name).result;
    writer.text(") = ");
    bool failed = false;
    if (kind == 'x') {
        failed = result == 0;
        writer.number(failed ? "NULL" : "%#lx", static_cast<unsigned long>(result));
    } else if (kind == 'l') {
        failed = result == -1 || result == 0xffffffff;
        writer.number("%ld", failed ? -1L : static_cast<long>(result));
    } else if (kind == 'd') {
        failed = static_cast<int>(result) == -1;
        writer.number("%d", static_cast<int>(result));
    } else {
        writer.text("0");
    }
    if (failed && saved_errno != 0) {
        writer.text(" ");
        writer.text(errno_name(saved_errno));
    }
    writer.text("\n");
    if (write(log_descriptor(), line.data(), writer.length()) < 0) {
    }  // nobody to tell
    errno = saved_errno;
}

}  // namespace machorun
