// Printing, and files to try things with.
#include "probe.h"

#include <dirent.h>
#include <sys/acl.h>
#include <sys/attr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <vector>

namespace probe {

std::string other_place;

void section(std::string_view name)
{
    std::printf("\n[%.*s]\n", static_cast<int>(name.size()), name.data());
    ::mkdir(std::string(name).c_str(), 0755);
}

void tell(std::string_view key, std::string_view value)
{
    std::printf("%.*s: %.*s\n", static_cast<int>(key.size()), key.data(), static_cast<int>(value.size()), value.data());
    std::fflush(stdout);  // if the next call brings the program down, this one did not
}

void tell(std::string_view key, const char* value)
{
    tell(key, std::string_view(value));
}

void tell(std::string_view key, bool yes)
{
    tell(key, yes ? "yes" : "no");
}

void tell(std::string_view key, std::int64_t number)
{
    tell(key, std::string_view(std::to_string(number)));
}

void note(std::string_view key, std::string_view value)
{
    std::fputs("# ", stdout);
    tell(key, value);
}

std::string error_name(int code)
{
    static constexpr struct {
        int code;
        const char* name;
    } kNames[] = {
        {EPERM, "EPERM"},
        {ENOENT, "ENOENT"},
        {EIO, "EIO"},
        {ENXIO, "ENXIO"},
        {E2BIG, "E2BIG"},
        {EBADF, "EBADF"},
        {EDEADLK, "EDEADLK"},
        {ENOMEM, "ENOMEM"},
        {EACCES, "EACCES"},
        {EFAULT, "EFAULT"},
        {EBUSY, "EBUSY"},
        {EEXIST, "EEXIST"},
        {EXDEV, "EXDEV"},
        {ENODEV, "ENODEV"},
        {ENOTDIR, "ENOTDIR"},
        {EISDIR, "EISDIR"},
        {EINVAL, "EINVAL"},
        {ENFILE, "ENFILE"},
        {EMFILE, "EMFILE"},
        {ENOTTY, "ENOTTY"},
        {EFBIG, "EFBIG"},
        {ENOSPC, "ENOSPC"},
        {ESPIPE, "ESPIPE"},
        {EROFS, "EROFS"},
        {EMLINK, "EMLINK"},
        {EPIPE, "EPIPE"},
        {ERANGE, "ERANGE"},
        {EAGAIN, "EAGAIN"},
        {ENOTSUP, "ENOTSUP"},
        {EOPNOTSUPP, "EOPNOTSUPP"},
        {ELOOP, "ELOOP"},
        {ENAMETOOLONG, "ENAMETOOLONG"},
        {ENOTEMPTY, "ENOTEMPTY"},
        {EDQUOT, "EDQUOT"},
        {ENOSYS, "ENOSYS"},
        {EFTYPE, "EFTYPE"},
        {EOVERFLOW, "EOVERFLOW"},
        {ECANCELED, "ECANCELED"},
        {EILSEQ, "EILSEQ"},
        {EADDRINUSE, "EADDRINUSE"},
        {ENOATTR, "ENOATTR"},
        {ENOTCAPABLE, "ENOTCAPABLE"},
        {ESRCH, "ESRCH"},
    };
    for (const auto& known : kNames) {
        if (known.code == code) return known.name;
    }
    return "errno " + std::to_string(code);
}

std::string outcome(std::int64_t result)
{
    return result == -1 ? error_name(errno) : "ok";
}

void tell_outcome(std::string_view key, std::int64_t result)
{
    tell(key, std::string_view(outcome(result)));
}

std::string hex(std::uint64_t number)
{
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(number));
    return text;
}

std::string printable(std::string_view bytes)
{
    std::string result;
    for (const char byte : bytes) {
        if (byte > ' ' && byte < '\x7f' && byte != '\\') {
            result += byte;
            continue;
        }
        char text[8];
        std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(byte)));
        result += text;
    }
    return result;
}

Fd::~Fd()
{
    if (number_ >= 0) ::close(number_);
}

void write_file(const char* path, std::string_view content, int mode)
{
    const Fd fd(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    while (!content.empty()) {
        const auto written = ::write(fd, content.data(), content.size());
        if (written <= 0) {
            tell(std::string("cannot write ") + path, std::string_view(outcome(-1)));
            return;
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fchmod(fd, static_cast<mode_t>(mode)) == -1) tell(std::string("cannot set mode of ") + path, outcome(-1));
}

std::string some_bytes(std::size_t size)
{
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + (i * 7 + i / 4096) % 26);
    return bytes;
}

std::string read_file(const char* path)
{
    const Fd fd(path, O_RDONLY | O_NONBLOCK);
    std::string content;
    char block[65536];
    for (;;) {
        const auto count = ::read(fd, block, sizeof block);
        if (count <= 0) return content;
        content.append(block, static_cast<std::size_t>(count));
    }
}

struct stat look(const char* path)
{
    struct stat facts{};
    if (::lstat(path, &facts) == -1) return {};
    return facts;
}

bool exists(const char* path)
{
    struct stat facts;
    return ::lstat(path, &facts) == 0;
}

namespace {

std::vector<std::string> list(const char* path)
{
    std::vector<std::string> names;
    DIR* stream = ::opendir(path);
    if (stream == nullptr) return names;
    while (const dirent* entry = ::readdir(stream)) {
        const std::string_view name(entry->d_name, entry->d_namlen);
        if (name != "." && name != "..") names.emplace_back(name);
    }
    ::closedir(stream);
    std::ranges::sort(names);
    return names;
}

}  // namespace

std::string names_in(const char* path)
{
    std::string result;
    for (const auto& name : list(path)) {
        if (!result.empty()) result += ' ';
        result += printable(name);
    }
    return result;
}

void remove_all(const char* path)
{
    const auto facts = look(path);
    if (facts.st_mode == 0) return;
    if (facts.st_flags != 0) {
        attrlist which{};
        which.bitmapcount = ATTR_BIT_MAP_COUNT;
        which.commonattr = ATTR_CMN_FLAGS;
        std::uint32_t none = 0;
        ::setattrlist(path, &which, &none, sizeof none, FSOPT_NOFOLLOW);
    }
    if (S_ISDIR(facts.st_mode)) {
        ::chmod(path, 0700);
        // An ACL may deny deletion.
        if (const auto acl = ::acl_init(0); acl != nullptr) {
            ::acl_set_file(path, ACL_TYPE_EXTENDED, acl);
            ::acl_free(acl);
        }
        for (const auto& name : list(path)) remove_all((std::string(path) + '/' + name).c_str());
    }
    if (::remove(path) == -1) std::fprintf(stderr, "probe: cannot remove %s: %s\n", path, outcome(-1).c_str());
}

}  // namespace probe
