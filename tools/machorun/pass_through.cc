// Functions with the same arguments, results and constants on both systems. Each was looked at: what differs in
// anything but errno has an imitation elsewhere.
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <cwchar>

#include "converted.h"
#include "imports.h"

extern "C" {
int __cxa_atexit(void (*destroy)(void*), void* argument, void* library);
void __cxa_finalize(void* library);
__int128 __divti3(__int128 dividend, __int128 divisor);
__int128 __modti3(__int128 dividend, __int128 divisor);
unsigned __int128 __udivti3(unsigned __int128 dividend, unsigned __int128 divisor);
unsigned __int128 __umodti3(unsigned __int128 dividend, unsigned __int128 divisor);
}

namespace machorun {
namespace {

void fill_zero(void* memory, std::size_t size)
{
    std::memset(memory, 0, size);
}

// <mach-o/loader.h> programs with lazy binding would come here; machorun has bound everything before the start.
void no_lazy_binding()
{
    std::abort();
}

}  // namespace

#define MACHORUN_SAME(name) import(#name, ::name)

std::span<const Import> memory_imports()
{
    static const Import table[] = {
        import("__bzero", fill_zero),
        import_converted<aligned_alloc>("aligned_alloc"),
        import("bzero", fill_zero),
        import_converted<calloc>("calloc"),
        MACHORUN_SAME(free),
        import_converted<malloc>("malloc"),
        import("memchr", static_cast<void* (*)(void*, int, std::size_t)>(::memchr)),
        MACHORUN_SAME(memcmp),
        MACHORUN_SAME(memcpy),
        MACHORUN_SAME(memmem),
        MACHORUN_SAME(memmove),
        import("memrchr", static_cast<void* (*)(void*, int, std::size_t)>(::memrchr)),
        MACHORUN_SAME(memset),
        MACHORUN_SAME(posix_memalign),
        import_converted<realloc>("realloc"),
        import_converted<reallocarray>("reallocarray"),
    };
    return table;
}

std::span<const Import> string_imports()
{
    static const Import table[] = {
        MACHORUN_SAME(stpcpy),
        import("strcasecmp", static_cast<int (*)(const char*, const char*)>(::strcasecmp)),
        MACHORUN_SAME(strcat),
        import("strchr", static_cast<char* (*)(char*, int)>(::strchr)),
        MACHORUN_SAME(strcmp),
        MACHORUN_SAME(strcoll),
        MACHORUN_SAME(strcpy),
        MACHORUN_SAME(strcspn),
        import_converted<strdup>("strdup"),
        MACHORUN_SAME(strlen),
        MACHORUN_SAME(strncasecmp),
        MACHORUN_SAME(strncat),
        MACHORUN_SAME(strncmp),
        MACHORUN_SAME(strncpy),
        import_converted<strndup>("strndup"),
        MACHORUN_SAME(strnlen),
        import("strpbrk", static_cast<char* (*)(char*, const char*)>(::strpbrk)),
        import("strrchr", static_cast<char* (*)(char*, int)>(::strrchr)),
        MACHORUN_SAME(strsep),
        MACHORUN_SAME(strspn),
        import("strstr", static_cast<char* (*)(char*, const char*)>(::strstr)),
        MACHORUN_SAME(strtok),
        MACHORUN_SAME(strtok_r),
        MACHORUN_SAME(strxfrm),
        MACHORUN_SAME(wcscmp),
        MACHORUN_SAME(wcslen),
        import("wcschr", static_cast<wchar_t* (*)(wchar_t*, wchar_t)>(::wcschr)),
        import("wcsstr", static_cast<wchar_t* (*)(wchar_t*, const wchar_t*)>(::wcsstr)),
        import("wmemchr", static_cast<wchar_t* (*)(wchar_t*, wchar_t, std::size_t)>(::wmemchr)),
        MACHORUN_SAME(wmemcmp),
        MACHORUN_SAME(wmemcpy),
        MACHORUN_SAME(wmemmove),
        MACHORUN_SAME(wmemset),
    };
    return table;
}

std::span<const Import> number_imports()
{
    static const Import table[] = {
        MACHORUN_SAME(__divti3),
        MACHORUN_SAME(__modti3),
        MACHORUN_SAME(__udivti3),
        MACHORUN_SAME(__umodti3),
        MACHORUN_SAME(atof),
        MACHORUN_SAME(atoi),
        MACHORUN_SAME(atol),
        MACHORUN_SAME(atoll),
        import_converted<mbrtowc>("mbrtowc"),
        import_converted<mbstowcs>("mbstowcs"),
        import_converted<mbtowc>("mbtowc"),
        import_converted<strtod>("strtod"),
        import_converted<strtof>("strtof"),
        import_converted<strtol>("strtol"),
        import_converted<strtold>("strtold"),
        import_converted<strtoll>("strtoll"),
        import_converted<strtoul>("strtoul"),
        import_converted<strtoull>("strtoull"),
        import_converted<wcrtomb>("wcrtomb"),
        import_converted<wcstod>("wcstod"),
        import_converted<wcstof>("wcstof"),
        import_converted<wcstol>("wcstol"),
        import_converted<wcstold>("wcstold"),
        import_converted<wcstoll>("wcstoll"),
        import_converted<wcstoul>("wcstoul"),
        import_converted<wcstoull>("wcstoull"),
        MACHORUN_SAME(bsearch),
        MACHORUN_SAME(qsort),
        MACHORUN_SAME(rand),
        MACHORUN_SAME(random),
        MACHORUN_SAME(srand),
        MACHORUN_SAME(srandom),
    };
    return table;
}

// errno is not set by Darwin's functions of <math.h> (math_errhandling is MATH_ERREXCEPT): the wrapper restores it.
#define MACHORUN_MATH_1(name) \
    import_math<static_cast<double (*)(double)>(::name)>(#name), import_math<::name##f>(#name "f")
#define MACHORUN_MATH_2(name) \
    import_math<static_cast<double (*)(double, double)>(::name)>(#name), import_math<::name##f>(#name "f")

template <class Function, Function function>
struct Math;

template <class Result, class... Arguments, Result (*function)(Arguments...)>
struct Math<Result (*)(Arguments...), function> {
    static Result call(Arguments... arguments)
    {
        const int before = errno;
        const Result result = function(arguments...);
        errno = before;
        return result;
    }
};

template <class Result, class... Arguments, Result (*function)(Arguments...) noexcept>
struct Math<Result (*)(Arguments...) noexcept, function> : Math<Result (*)(Arguments...), function> {};

template <auto function>
Import import_math(const char* name)
{
    return import(name, Math<decltype(function), function>::call);
}

std::span<const Import> math_imports()
{
    static const Import table[] = {
        MACHORUN_MATH_1(acos),
        MACHORUN_MATH_1(asin),
        MACHORUN_MATH_1(atan),
        MACHORUN_MATH_2(atan2),
        MACHORUN_MATH_1(cbrt),
        MACHORUN_MATH_1(ceil),
        MACHORUN_MATH_1(cos),
        MACHORUN_MATH_1(cosh),
        MACHORUN_MATH_1(erf),
        MACHORUN_MATH_1(exp),
        MACHORUN_MATH_1(exp2),
        MACHORUN_MATH_1(expm1),
        MACHORUN_MATH_1(floor),
        MACHORUN_MATH_2(fmod),
        MACHORUN_MATH_2(hypot),
        MACHORUN_MATH_1(log),
        MACHORUN_MATH_1(log10),
        MACHORUN_MATH_1(log1p),
        MACHORUN_MATH_1(log2),
        MACHORUN_MATH_1(nearbyint),
        MACHORUN_MATH_2(pow),
        MACHORUN_MATH_1(rint),
        MACHORUN_MATH_1(round),
        MACHORUN_MATH_1(sin),
        MACHORUN_MATH_1(sinh),
        MACHORUN_MATH_1(sqrt),
        MACHORUN_MATH_1(tan),
        MACHORUN_MATH_1(tanh),
        MACHORUN_MATH_1(trunc),
        MACHORUN_MATH_2(nextafter),
        MACHORUN_MATH_2(fmin),
        MACHORUN_MATH_2(fmax),
        import_math<static_cast<double (*)(double, int)>(::ldexp)>("ldexp"),
        import_math<static_cast<long (*)(double)>(::lround)>("lround"),
        import_math<static_cast<long long (*)(double)>(::llround)>("llround"),
    };
    return table;
}

std::span<const Import> pass_through_imports()
{
    static const Import table[] = {
        MACHORUN_SAME(__cxa_atexit),
        MACHORUN_SAME(__cxa_finalize),
        import("dyld_stub_binder", no_lazy_binding),
    };
    return table;
}

}  // namespace machorun
