// Functions that appear without being called in the source: compilers and macros put them in.
#include <math.h>

#include <algorithm>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "imports.h"

namespace machorun {
namespace {

// A loop that fills memory with a constant of 4, 8 or 16 bytes.
template <std::size_t pattern_size>
void fill_with_pattern(void* memory, const void* pattern, std::size_t size)
{
    auto* bytes = static_cast<std::uint8_t*>(memory);
    for (std::size_t done = 0; done < size; done += pattern_size) {
        std::memcpy(bytes + done, pattern, std::min(pattern_size, size - done));
    }
}

// assert()
[[noreturn]] void assertion_failed(const char* function, const char* file, int line, const char* expression)
{
    std::fprintf(stderr, "Assertion failed: (%s), function %s, file %s, line %d.\n", expression, function, file, line);
    std::abort();
}

// sin and cos of the same value, returned in two registers.
struct SineCosine {
    double sine, cosine;
};
SineCosine sine_cosine(double x)
{
    return {sin(x), cos(x)};
}

// _FORTIFY_SOURCE: with the size of the destination, if the compiler knows it.
void* checked_copy(void* to, const void* from, std::size_t size, std::size_t room)
{
    if (size > room) std::abort();
    return std::memcpy(to, from, size);
}

void* checked_move(void* to, const void* from, std::size_t size, std::size_t room)
{
    if (size > room) std::abort();
    return std::memmove(to, from, size);
}

void* checked_set(void* to, int byte, std::size_t size, std::size_t room)
{
    if (size > room) std::abort();
    return std::memset(to, byte, size);
}

char* checked_string_copy(char* to, const char* from, std::size_t room)
{
    checked_copy(to, from, std::strlen(from) + 1, room);
    return to;
}

int checked_format_list(char* to, std::size_t size, int, std::size_t room, const char* format, va_list arguments)
{
    if (size > room) std::abort();
    return std::vsnprintf(to, size, format, arguments);
}

int checked_format(char* to, std::size_t size, int flags, std::size_t room, const char* format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int result = checked_format_list(to, size, flags, room, format, arguments);
    va_end(arguments);
    return result;
}

// FD_SET()
int is_in_descriptor_set(int fd, const void*, int is_unlimited)
{
    return fd >= 0 && (fd < 1024 || is_unlimited != 0);
}

[[noreturn]] void stack_check_failed()
{
    std::abort();
}
const unsigned long stack_guard = 0x595e'9fbd'94fd'a766;

// BSD's strings, which glibc 2.36 does not have.
std::size_t copy_string(char* to, const char* from, std::size_t room)
{
    const std::size_t length = std::strlen(from);
    if (room == 0) return length;
    const std::size_t copied = std::min(length, room - 1);
    std::memcpy(to, from, copied);
    to[copied] = '\0';
    return length;
}

std::size_t append_string(char* to, const char* from, std::size_t room)
{
    const std::size_t length = strnlen(to, room);
    return length + copy_string(to + length, from, room - length);
}

}  // namespace

std::span<const Import> compiler_calls_imports()
{
    static const Import table[] = {
        import("__assert_rtn", assertion_failed),
        import("__darwin_check_fd_set_overflow", is_in_descriptor_set),
        import("__memcpy_chk", checked_copy),
        import("__memmove_chk", checked_move),
        import("__memset_chk", checked_set),
        import("__sincos_stret", sine_cosine),
        import("__snprintf_chk", checked_format),
        import("__stack_chk_fail", stack_check_failed),
        import_data("__stack_chk_guard", &stack_guard),
        import("__strcpy_chk", checked_string_copy),
        import("__vsnprintf_chk", checked_format_list),
        import("bcmp", memcmp),
        import("memset_pattern16", fill_with_pattern<16>),
        import("memset_pattern4", fill_with_pattern<4>),
        import("memset_pattern8", fill_with_pattern<8>),
        import("strlcat", append_string),
        import("strlcpy", copy_string),
    };
    return table;
}

}  // namespace machorun
