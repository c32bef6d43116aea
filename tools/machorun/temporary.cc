// mkstemp() and its kin, on top of the imitated file system.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "darwin_errno.h"
#include "imports.h"

namespace machorun {
namespace {

constexpr int kCreateNew = 0x200 | 0x800;  // Darwin's O_CREAT | O_EXCL
constexpr int kAttempts = 100;

// The X's at the end of a template, which may be followed by a suffix.
char* placeholder_of(char* path, std::size_t suffix_length)
{
    char* const end = path + std::strlen(path) - suffix_length;
    char* begin = end;
    while (begin != path && begin[-1] == 'X') --begin;
    return begin;
}

// Calls make() with random names until one is new.
template <class Make>
int make_with_random_name(char* path, std::size_t suffix_length, Make make)
{
    if (std::strlen(path) < suffix_length) return fail(EINVAL);
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
    char* const end = path + std::strlen(path) - suffix_length;
    char* const begin = placeholder_of(path, suffix_length);
    for (int i = 0; i < kAttempts; ++i) {
        std::generate(begin, end, [&] { return kLetters[arc4random_uniform(kLetters.size())]; });
        const int result = make();
        if (result >= 0 || errno != EEXIST) return result;
    }
    return fail(EEXIST);
}

int open_new(const char* path, int flags)
{
    static auto* const darwin_open = reinterpret_cast<int (*)(const char*, int, ...)>(find_ungated("open"));
    return darwin_open(path, flags | kCreateNew | O_RDWR, 0600);
}

int make_file_with_suffix(char* path, int suffix_length)
{
    return make_with_random_name(path, static_cast<std::size_t>(suffix_length), [&] { return open_new(path, 0); });
}

int make_file(char* path)
{
    return make_file_with_suffix(path, 0);
}

int make_file_with_flags(char* path, int flags)
{
    return make_with_random_name(path, 0, [&] { return open_new(path, flags); });
}

char* make_directory(char* path)
{
    static auto* const darwin_mkdir = reinterpret_cast<int (*)(const char*, mode_t)>(find_ungated("mkdir"));
    return make_with_random_name(path, 0, [&] { return darwin_mkdir(path, 0700); }) == 0 ? path : nullptr;
}

// Gone from the directory from the start, as on macOS.
FILE* make_stream()
{
    char path[] = "/tmp/machorun.XXXXXXXXXX";
    const int fd = make_file(path);
    if (fd < 0) return nullptr;
    unlink(path);
    return fdopen(fd, "w+");
}

}  // namespace

std::span<const Import> temporary_imports()
{
    static const Import table[] = {
        import("mkdtemp", make_directory), import("mkostemp", make_file_with_flags),
        import("mkstemp", make_file),      import("mkstemps", make_file_with_suffix),
        import("tmpfile", make_stream),
    };
    return table;
}

}  // namespace machorun
