// One table for numbers, names and texts: sys/errno.h of macOS, and the texts of its strerror(3).
#include "darwin_errno.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iterator>

#include "imports.h"

namespace machorun {
namespace {

struct ErrorRow {
    int darwin;
    int linux_number;  // 0: Linux has no such error, or another row stands for it
    const char* name;
    const char* text;
};

// Linux ENODATA is given as ENOATTR: of the calls imitated here only those for extended attributes return it. Linux has
// one number for ENOTSUP and EOPNOTSUPP; files get ENOTSUP, as on macOS.
constexpr ErrorRow kErrors[] = {
    {1, EPERM, "EPERM", "Operation not permitted"},
    {2, ENOENT, "ENOENT", "No such file or directory"},
    {3, ESRCH, "ESRCH", "No such process"},
    {4, EINTR, "EINTR", "Interrupted system call"},
    {5, EIO, "EIO", "Input/output error"},
    {6, ENXIO, "ENXIO", "Device not configured"},
    {7, E2BIG, "E2BIG", "Argument list too long"},
    {8, ENOEXEC, "ENOEXEC", "Exec format error"},
    {9, EBADF, "EBADF", "Bad file descriptor"},
    {10, ECHILD, "ECHILD", "No child processes"},
    {11, EDEADLK, "EDEADLK", "Resource deadlock avoided"},
    {12, ENOMEM, "ENOMEM", "Cannot allocate memory"},
    {13, EACCES, "EACCES", "Permission denied"},
    {14, EFAULT, "EFAULT", "Bad address"},
    {15, ENOTBLK, "ENOTBLK", "Block device required"},
    {16, EBUSY, "EBUSY", "Resource busy"},
    {17, EEXIST, "EEXIST", "File exists"},
    {18, EXDEV, "EXDEV", "Cross-device link"},
    {19, ENODEV, "ENODEV", "Operation not supported by device"},
    {20, ENOTDIR, "ENOTDIR", "Not a directory"},
    {21, EISDIR, "EISDIR", "Is a directory"},
    {22, EINVAL, "EINVAL", "Invalid argument"},
    {23, ENFILE, "ENFILE", "Too many open files in system"},
    {24, EMFILE, "EMFILE", "Too many open files"},
    {25, ENOTTY, "ENOTTY", "Inappropriate ioctl for device"},
    {26, ETXTBSY, "ETXTBSY", "Text file busy"},
    {27, EFBIG, "EFBIG", "File too large"},
    {28, ENOSPC, "ENOSPC", "No space left on device"},
    {29, ESPIPE, "ESPIPE", "Illegal seek"},
    {30, EROFS, "EROFS", "Read-only file system"},
    {31, EMLINK, "EMLINK", "Too many links"},
    {32, EPIPE, "EPIPE", "Broken pipe"},
    {33, EDOM, "EDOM", "Numerical argument out of domain"},
    {34, ERANGE, "ERANGE", "Result too large"},
    {35, EAGAIN, "EAGAIN", "Resource temporarily unavailable"},
    {36, EINPROGRESS, "EINPROGRESS", "Operation now in progress"},
    {37, EALREADY, "EALREADY", "Operation already in progress"},
    {38, ENOTSOCK, "ENOTSOCK", "Socket operation on non-socket"},
    {39, EDESTADDRREQ, "EDESTADDRREQ", "Destination address required"},
    {40, EMSGSIZE, "EMSGSIZE", "Message too long"},
    {41, EPROTOTYPE, "EPROTOTYPE", "Protocol wrong type for socket"},
    {42, ENOPROTOOPT, "ENOPROTOOPT", "Protocol not available"},
    {43, EPROTONOSUPPORT, "EPROTONOSUPPORT", "Protocol not supported"},
    {44, ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT", "Socket type not supported"},
    {45, ENOTSUP, "ENOTSUP", "Operation not supported"},
    {46, EPFNOSUPPORT, "EPFNOSUPPORT", "Protocol family not supported"},
    {47, EAFNOSUPPORT, "EAFNOSUPPORT", "Address family not supported by protocol family"},
    {48, EADDRINUSE, "EADDRINUSE", "Address already in use"},
    {49, EADDRNOTAVAIL, "EADDRNOTAVAIL", "Can't assign requested address"},
    {50, ENETDOWN, "ENETDOWN", "Network is down"},
    {51, ENETUNREACH, "ENETUNREACH", "Network is unreachable"},
    {52, ENETRESET, "ENETRESET", "Network dropped connection on reset"},
    {53, ECONNABORTED, "ECONNABORTED", "Software caused connection abort"},
    {54, ECONNRESET, "ECONNRESET", "Connection reset by peer"},
    {55, ENOBUFS, "ENOBUFS", "No buffer space available"},
    {56, EISCONN, "EISCONN", "Socket is already connected"},
    {57, ENOTCONN, "ENOTCONN", "Socket is not connected"},
    {58, ESHUTDOWN, "ESHUTDOWN", "Can't send after socket shutdown"},
    {59, ETOOMANYREFS, "ETOOMANYREFS", "Too many references: can't splice"},
    {60, ETIMEDOUT, "ETIMEDOUT", "Operation timed out"},
    {61, ECONNREFUSED, "ECONNREFUSED", "Connection refused"},
    {62, ELOOP, "ELOOP", "Too many levels of symbolic links"},
    {63, ENAMETOOLONG, "ENAMETOOLONG", "File name too long"},
    {64, EHOSTDOWN, "EHOSTDOWN", "Host is down"},
    {65, EHOSTUNREACH, "EHOSTUNREACH", "No route to host"},
    {66, ENOTEMPTY, "ENOTEMPTY", "Directory not empty"},
    {67, 0, "EPROCLIM", "Too many processes"},
    {68, EUSERS, "EUSERS", "Too many users"},
    {69, EDQUOT, "EDQUOT", "Disc quota exceeded"},
    {70, ESTALE, "ESTALE", "Stale NFS file handle"},
    {71, EREMOTE, "EREMOTE", "Too many levels of remote in path"},
    {72, 0, "EBADRPC", "RPC struct is bad"},
    {73, 0, "ERPCMISMATCH", "RPC version wrong"},
    {74, 0, "EPROGUNAVAIL", "RPC prog. not avail"},
    {75, 0, "EPROGMISMATCH", "Program version wrong"},
    {76, 0, "EPROCUNAVAIL", "Bad procedure for program"},
    {77, ENOLCK, "ENOLCK", "No locks available"},
    {78, ENOSYS, "ENOSYS", "Function not implemented"},
    {79, 0, "EFTYPE", "Inappropriate file type or format"},
    {80, 0, "EAUTH", "Authentication error"},
    {81, 0, "ENEEDAUTH", "Need authenticator"},
    {82, 0, "EPWROFF", "Device power is off"},
    {83, 0, "EDEVERR", "Device error"},
    {84, EOVERFLOW, "EOVERFLOW", "Value too large to be stored in data type"},
    {85, 0, "EBADEXEC", "Bad executable"},
    {86, 0, "EBADARCH", "Bad CPU type in executable"},
    {87, 0, "ESHLIBVERS", "Shared library version mismatch"},
    {88, 0, "EBADMACHO", "Malformed Macho file"},
    {89, ECANCELED, "ECANCELED", "Operation canceled"},
    {90, EIDRM, "EIDRM", "Identifier removed"},
    {91, ENOMSG, "ENOMSG", "No message of desired type"},
    {92, EILSEQ, "EILSEQ", "Illegal byte sequence"},
    {93, ENODATA, "ENOATTR", "Attribute not found"},
    {94, EBADMSG, "EBADMSG", "Bad message"},
    {95, EMULTIHOP, "EMULTIHOP", "EMULTIHOP (Reserved)"},
    {96, 0, "ENODATA", "No message available on STREAM"},
    {97, ENOLINK, "ENOLINK", "ENOLINK (Reserved)"},
    {98, ENOSR, "ENOSR", "No STREAM resources"},
    {99, ENOSTR, "ENOSTR", "Not a STREAM"},
    {100, EPROTO, "EPROTO", "Protocol error"},
    {101, ETIME, "ETIME", "STREAM ioctl timeout"},
    {102, 0, "EOPNOTSUPP", "Operation not supported on socket"},
    {103, 0, "ENOPOLICY", "No such policy registered"},
    {104, ENOTRECOVERABLE, "ENOTRECOVERABLE", "State not recoverable"},
    {105, EOWNERDEAD, "EOWNERDEAD", "Previous owner died"},
    {106, 0, "EQFULL", "Interface output queue is full"},
    {107, 0, "ENOTCAPABLE", "Capabilities insufficient"},
};

const ErrorRow* row_of(int darwin_errno)
{
    const auto row = std::ranges::find(kErrors, darwin_errno, &ErrorRow::darwin);
    return row == std::end(kErrors) ? nullptr : row;
}

// The rows are in order and without gaps after EPERM = 1, so that the tables below are plain look-ups.
static_assert(std::ranges::is_sorted(kErrors, {}, &ErrorRow::darwin));
static_assert(std::size(kErrors) == 107 && kErrors[106].darwin == 107);

// strerror_r(3): the text is put into the buffer as far as it fits; ERANGE when it does not, EINVAL for an unknown
// number.
int darwin_strerror_r(int number, char* buffer, size_t size)
{
    const ErrorRow* row = row_of(number);
    int length;
    if (row)
        length = std::snprintf(buffer, size, "%s", row->text);
    else
        length = std::snprintf(buffer, size, number == 0 ? "Undefined error: %d" : "Unknown error: %d", number);
    if (static_cast<size_t>(length) >= size) return ERANGE;
    return row || number == 0 ? 0 : EINVAL;
}

char* darwin_strerror(int number)
{
    // The result of strerror(3) lasts until the thread's next call.
    static thread_local char text[64];
    if (darwin_strerror_r(number, text, sizeof text) == EINVAL) errno = EINVAL;
    return text;
}

void darwin_perror(const char* prefix)
{
    const int number = errno;
    char text[64];
    darwin_strerror_r(number, text, sizeof text);
    if (prefix && *prefix)
        std::fprintf(stderr, "%s: %s\n", prefix, text);
    else
        std::fprintf(stderr, "%s\n", text);
    errno = number;
}

int* darwin_error()
{
    return &errno;
}

}  // namespace

int to_darwin(int linux_errno)
{
    if (linux_errno == 0) return 0;
    const auto row = std::ranges::find(kErrors, linux_errno, &ErrorRow::linux_number);
    return row == std::end(kErrors) ? EIO : row->darwin;
}

int to_linux(int darwin_errno)
{
    if (darwin_errno == 0) return 0;
    if (darwin_errno == 96) return ENODATA;  // ENODATA and EOPNOTSUPP share the number of their neighbours
    if (darwin_errno == 102) return EOPNOTSUPP;
    const ErrorRow* row = row_of(darwin_errno);
    return row && row->linux_number ? row->linux_number : EIO;
}

int errno_by_name(std::string_view name)
{
    if (name == "EWOULDBLOCK") return darwin::kEagain;
    const auto row =
        std::ranges::find(kErrors, name, [](const ErrorRow& error) { return std::string_view(error.name); });
    return row == std::end(kErrors) ? 0 : row->darwin;
}

const char* errno_name(int darwin_errno)
{
    const ErrorRow* row = row_of(darwin_errno);
    return row ? row->name : "E?";
}

const char* errno_text(int darwin_errno)
{
    const ErrorRow* row = row_of(darwin_errno);
    return row ? row->text : nullptr;
}

std::span<const Import> errno_imports()
{
    static const Import imports[] = {
        {"__error", reinterpret_cast<void*>(&darwin_error)},
        {"strerror", reinterpret_cast<void*>(&darwin_strerror)},
        {"strerror_r", reinterpret_cast<void*>(&darwin_strerror_r)},
        {"perror", reinterpret_cast<void*>(&darwin_perror)},
    };
    return imports;
}

}  // namespace machorun
