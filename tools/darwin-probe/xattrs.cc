// Extended attributes: limits, the two that are no plain ones, those that nobody may set.
#include "probe.h"

#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace probe {
namespace {

std::string set(const char* path, const std::string& name, std::string_view value, std::uint32_t position = 0)
{
    return outcome(::setxattr(path, name.c_str(), value.data(), value.size(), position, XATTR_NOFOLLOW));
}

// Their names, without the mark that the system itself leaves on new files.
std::string list(const char* path)
{
    char names[4096];
    const auto length = ::listxattr(path, names, sizeof names, XATTR_NOFOLLOW);
    if (length == -1) return outcome(-1);
    std::string result;
    for (std::string_view left(names, static_cast<std::size_t>(length)); !left.empty();) {
        const auto name = left.substr(0, left.find('\0'));
        if (name != "com.apple.provenance") result += (result.empty() ? "" : " ") + printable(name);
        left.remove_prefix(std::min(left.size(), name.size() + 1));
    }
    return result.empty() ? "none" : result;
}

std::int64_t size_of(const char* path, const char* name)
{
    return ::getxattr(path, name, nullptr, 0, 0, XATTR_NOFOLLOW);
}

void tell_limits()
{
    write_file("xattr/file", "data");
    char names[4096];
    const auto length = ::listxattr("xattr/file", names, sizeof names, XATTR_NOFOLLOW);
    note("bytes of names on a new file", std::to_string(length));
    tell("on a new file", list("xattr/file"));
    tell("name of 127 bytes", set("xattr/file", std::string(127, 'n'), "v"));
    tell("name of 128 bytes", set("xattr/file", std::string(128, 'n'), "v"));
    tell("name that is no UTF-8", set("xattr/file", "user.\xff", "v"));
    tell("empty name", set("xattr/file", "", "v"));
    tell("empty value", set("xattr/file", "user.empty", ""));
    tell("size of the empty value", size_of("xattr/file", "user.empty"));
    for (const std::size_t size : {3804U, 3805U, 65536U, 131072U, 131073U, 1048576U}) {
        tell("value of " + std::to_string(size) + " bytes", set("xattr/file", "user.size", some_bytes(size)));
    }
    char buffer[4];
    tell_outcome("missing", ::getxattr("xattr/file", "user.missing", buffer, sizeof buffer, 0, 0));
    tell_outcome("missing, removed", ::removexattr("xattr/file", "user.missing", 0));
    tell_outcome("buffer too small", ::getxattr("xattr/file", "user.size", buffer, sizeof buffer, 0, 0));
    tell("plain one at position 1", set("xattr/file", "user.plain", "v", 1));
    const auto before = look("xattr/file");
    tell("plain one", set("xattr/file", "user.plain", "w"));
    const auto after = look("xattr/file");
    tell("mtime moves with it", before.st_mtimespec.tv_nsec != after.st_mtimespec.tv_nsec);
}

void tell_resource_fork()
{
    const char* name = XATTR_RESOURCEFORK_NAME;
    write_file("xattr/fork", "data");
    tell("fork of 10 bytes", set("xattr/fork", name, "0123456789"));
    tell("3 bytes at position 9", set("xattr/fork", name, "abc", 9));
    tell("size then", size_of("xattr/fork", name));
    tell("2 bytes at position 0", set("xattr/fork", name, "AB", 0));
    tell("size then", size_of("xattr/fork", name));
    char buffer[32];
    const auto count = ::getxattr("xattr/fork", name, buffer, sizeof buffer, 3, 0);
    tell("from position 3",
         count == -1 ? outcome(-1) : printable(std::string_view(buffer, static_cast<std::size_t>(count))));
    const auto behind = ::getxattr("xattr/fork", name, buffer, sizeof buffer, 100, 0);
    tell("from position 100", behind == -1 ? outcome(-1) : std::to_string(behind));
    const auto part = ::getxattr("xattr/fork", name, buffer, 4, 0, 0);
    tell("into a buffer of 4", part == -1 ? outcome(-1) : std::to_string(part));
    tell("at position 1 MiB", set("xattr/fork", name, "z", 1U << 20));
    tell("size then", size_of("xattr/fork", name));
    tell("blocks counted in st_blocks", look("xattr/fork").st_blocks > 8);
    tell("empty fork", set("xattr/fork", name, ""));
    tell("listed then", list("xattr/fork"));
    tell("on a directory", set("xattr", name, "data"));
}

void tell_finder_info()
{
    const char* name = XATTR_FINDERINFO_NAME;
    write_file("xattr/finder", "data");
    tell("FinderInfo of 31 bytes", set("xattr/finder", name, std::string(31, 'x')));
    tell("FinderInfo of 33 bytes", set("xattr/finder", name, std::string(33, 'x')));
    tell("FinderInfo of 32 zeros", set("xattr/finder", name, std::string(32, '\0')));
    tell("listed then", list("xattr/finder"));
    std::string info = "TEXTttxt" + std::string(24, '\0');
    tell("FinderInfo with a type", set("xattr/finder", name, info));
    tell("listed then", list("xattr/finder"));
    tell("zeros over it", set("xattr/finder", name, std::string(32, '\0')));
    tell("listed then", list("xattr/finder"));
    info[8] = 0x40;  // kIsInvisible
    tell("FinderInfo with the invisible bit", set("xattr/finder", name, info));
    tell("flags then", hex(look("xattr/finder").st_flags));
}

void tell_the_systems_own()
{
    static constexpr const char* kNames[] = {
        "com.apple.provenance",
        "com.apple.macl",
        "com.apple.rootless",
        "com.apple.quarantine",
        "com.apple.decmpfs",
        "com.apple.system.Security",
        "com.apple.system.probe",
        "com.apple.lastuseddate#PS",
        "com.apple.TextEncoding",
        "com.apple.metadata:_kMDItemUserTags",
        "com.apple.metadata:kMDItemFinderComment",
        "com.apple.cs.CodeDirectory",
        "com.apple.probe",
        "user.probe",
    };
    for (const auto* name : kNames) {
        write_file("xattr/own", "data");
        const auto result = set("xattr/own", name, "0123456789abcdef");
        const auto size = size_of("xattr/own", name);
        const auto removed = outcome(::removexattr("xattr/own", name, XATTR_NOFOLLOW));
        tell(std::string(name) + " set, size, removed",
             result + ' ' + (size == -1 ? "none" : std::to_string(size)) + ' ' + removed);
        remove_all("xattr/own");
    }
}

void tell_kinds()
{
    ::symlink("file", "xattr/link");
    ::mkfifo("xattr/fifo", 0644);
    tell("on a link by name", set("xattr/link", "user.probe", "v"));
    const Fd link("xattr/link", O_RDONLY | O_SYMLINK);
    tell_outcome("link opened with O_SYMLINK", link);
    tell_outcome("set through that", ::fsetxattr(link, "user.other", "v", 1, 0, 0));
    tell("on the link", list("xattr/link"));
    tell("on a fifo by name", set("xattr/fifo", "user.probe", "v"));
    tell("listed on a fifo", list("xattr/fifo"));
    const Fd fifo("xattr/fifo", O_RDONLY | O_NONBLOCK);
    tell_outcome("on an open fifo", ::fsetxattr(fifo, "user.probe", "v", 1, 0, 0));
    write_file("xattr/readable", "data", 0444);
    const Fd readable("xattr/readable", O_RDONLY);
    tell_outcome("on an open file of mode 444", ::fsetxattr(readable, "user.probe", "v", 1, 0, 0));
    write_file("xattr/writable", "data", 0644);
    const Fd writable("xattr/writable", O_RDONLY);
    tell_outcome("on a file of mode 644 opened to read", ::fsetxattr(writable, "user.probe", "v", 1, 0, 0));
    ::mkdir("xattr/directory", 0755);
    tell("on a directory", set("xattr/directory", "user.probe", "v"));
}

}  // namespace

void probe_xattr()
{
    tell_limits();
    tell_resource_fork();
    tell_finder_info();
    tell_the_systems_own();
    tell_kinds();
}

}  // namespace probe
