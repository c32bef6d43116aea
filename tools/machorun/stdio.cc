// <stdio.h>. Streams are the host's; what they open comes through the imitated file system.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <wchar.h>

#include <string_view>

#include "converted.h"
#include "fs_descriptors.h"
#include "imports.h"
#include "kqueue.h"

namespace machorun {
namespace {

FILE* stdin_pointer = stdin;
FILE* stdout_pointer = stdout;
FILE* stderr_pointer = stderr;

// O_* of Darwin's <fcntl.h>
constexpr int kAppend = 0x8;
constexpr int kCreate = 0x200;
constexpr int kTruncate = 0x400;
constexpr int kExclusive = 0x800;
constexpr int kCloseOnExec = 0x1000000;

// -1 for a mode that starts with none of r, w and a.
int open_flags(std::string_view mode)
{
    int flags = 0;
    if (mode.empty()) return -1;
    switch (mode.front()) {
        case 'r': flags = O_RDONLY; break;
        case 'w': flags = O_WRONLY | kCreate | kTruncate; break;
        case 'a': flags = O_WRONLY | kCreate | kAppend; break;
        default: return -1;
    }
    if (mode.contains('+')) flags = (flags & ~O_ACCMODE) | O_RDWR;
    if (mode.contains('x')) flags |= kExclusive;
    if (mode.contains('e')) flags |= kCloseOnExec;
    return flags;
}

FILE* open_stream(const char* path, const char* mode)
{
    const int flags = open_flags(mode);
    if (flags < 0) {
        errno = EINVAL;
        return nullptr;
    }
    static auto* const darwin_open = reinterpret_cast<int (*)(const char*, int, ...)>(find_ungated("open"));
    const int fd = darwin_open(path, flags, 0666);
    if (fd < 0) return nullptr;
    FILE* const stream = fdopen(fd, mode);
    if (stream == nullptr) {
        errno = to_darwin(errno);
        close(fd);
    }
    return stream;
}

int close_stream(FILE* stream)
{
    const int fd = fileno(stream);
    if (fd >= 0) {
        kqueue_closed(fd);
        clear_marks(fd);
    }
    return fix(fclose(stream));
}

// _IOFBF and its kin, and SEEK_SET and its kin up to SEEK_END, are equal.
int seek_stream(FILE* stream, long offset, int whence)
{
    return fix(fseeko(stream, offset, whence));
}

}  // namespace

#define MACHORUN_CONVERTED(name) import_converted<::name>(#name)
#define MACHORUN_SAME(name) import(#name, ::name)

std::span<const Import> stdio_imports()
{
    static const Import table[] = {
        import_data("__stderrp", &stderr_pointer),
        import_data("__stdinp", &stdin_pointer),
        import_data("__stdoutp", &stdout_pointer),
        MACHORUN_SAME(asprintf),
        MACHORUN_SAME(clearerr),
        MACHORUN_SAME(dprintf),
        import("fclose", close_stream),
        MACHORUN_CONVERTED(fdopen),
        MACHORUN_SAME(feof),
        MACHORUN_SAME(ferror),
        MACHORUN_CONVERTED(fflush),
        MACHORUN_CONVERTED(fgetc),
        MACHORUN_CONVERTED(fgets),
        MACHORUN_CONVERTED(fileno),
        MACHORUN_SAME(flockfile),
        import("fopen", open_stream),
        MACHORUN_SAME(fprintf),
        MACHORUN_CONVERTED(fputc),
        MACHORUN_CONVERTED(fputs),
        MACHORUN_CONVERTED(fputwc),
        MACHORUN_CONVERTED(fread),
        import("fseek", seek_stream),
        import("fseeko", seek_stream),
        MACHORUN_CONVERTED(ftell),
        MACHORUN_CONVERTED(ftello),
        MACHORUN_SAME(ftrylockfile),
        MACHORUN_SAME(funlockfile),
        MACHORUN_CONVERTED(fwrite),
        MACHORUN_CONVERTED(getc),
        MACHORUN_CONVERTED(getchar),
        MACHORUN_CONVERTED(getdelim),
        MACHORUN_CONVERTED(getline),
        MACHORUN_CONVERTED(getwc),
        MACHORUN_SAME(printf),
        MACHORUN_CONVERTED(putc),
        MACHORUN_CONVERTED(putchar),
        MACHORUN_CONVERTED(puts),
        MACHORUN_SAME(rewind),
        MACHORUN_SAME(setbuf),
        MACHORUN_SAME(setlinebuf),
        MACHORUN_CONVERTED(setvbuf),
        MACHORUN_SAME(snprintf),
        MACHORUN_SAME(sprintf),
        MACHORUN_SAME(sscanf),
        MACHORUN_SAME(swprintf),
        MACHORUN_CONVERTED(ungetc),
        MACHORUN_CONVERTED(ungetwc),
        MACHORUN_SAME(vasprintf),
        MACHORUN_SAME(vdprintf),
        MACHORUN_CONVERTED(vfprintf),
        MACHORUN_CONVERTED(vprintf),
        MACHORUN_SAME(vsnprintf),
        MACHORUN_SAME(vsprintf),
        MACHORUN_SAME(vsscanf),
        MACHORUN_SAME(vswprintf),
    };
    return table;
}

}  // namespace machorun
