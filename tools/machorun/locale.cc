// Locales: other numbers for the categories, and functions that take a locale.
#include <locale.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <cwchar>
#include <string>
#include <string_view>

#include "converted.h"
#include "imports.h"
#include "use_locale.h"

namespace machorun {

locale_t to_host_locale(locale_t locale)
{
    static locale_t const c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
    return locale != nullptr ? locale : c_locale;
}

namespace {

// Darwin numbers the categories from LC_ALL, 0, and their masks from LC_COLLATE, 1.
constexpr int kHostCategory[] = {LC_ALL, LC_COLLATE, LC_CTYPE, LC_MONETARY, LC_NUMERIC, LC_TIME, LC_MESSAGES};
constexpr int kHostMask[] = {LC_COLLATE_MASK,  LC_CTYPE_MASK,   LC_MESSAGES_MASK,
                             LC_MONETARY_MASK, LC_NUMERIC_MASK, LC_TIME_MASK};

// macOS has all its locales installed, the host perhaps none. The encoding is what matters to programs.
const char* substitute(const char* name)
{
    return std::string_view(name).ends_with("UTF-8") ? "C.UTF-8" : nullptr;
}

char* set_locale(int category, const char* name)
{
    if (category < 0 || category > 6) return nullptr;
    char* const result = setlocale(kHostCategory[category], name);
    if (result != nullptr || name == nullptr || substitute(name) == nullptr) return result;
    return setlocale(kHostCategory[category], substitute(name));
}

locale_t new_locale(int mask, const char* name, locale_t base)
{
    int host_mask = 0;
    for (int i = 0; i < 6; ++i) {
        if ((mask & (1 << i)) != 0) host_mask |= kHostMask[i];
    }
    if (name == nullptr) name = "C";
    locale_t result = newlocale(host_mask, name, base);
    if (result == nullptr && substitute(name) != nullptr) result = newlocale(host_mask, substitute(name), base);
    if (result == nullptr) errno = to_darwin(errno);
    return result;
}

// Equal to the host's but for the order of two members.
struct DarwinLconv {
    char* strings[10];
    char before[8];
    char int_p_cs_precedes, int_n_cs_precedes, int_p_sep_by_space, int_n_sep_by_space, int_p_sign_posn, int_n_sign_posn;
};
static_assert(sizeof(DarwinLconv) == sizeof(lconv));

DarwinLconv* locale_conventions()
{
    thread_local DarwinLconv converted;
    const lconv& host = *localeconv();
    std::memcpy(&converted, &host, sizeof converted);
    converted.int_n_cs_precedes = host.int_n_cs_precedes;
    converted.int_p_sep_by_space = host.int_p_sep_by_space;
    return &converted;
}

int max_bytes()
{
    return static_cast<int>(MB_CUR_MAX);
}

// A function without a locale made one that takes a locale after its other arguments.
template <class Function, Function function>
struct WithLocale;

template <class Result, class... Arguments, Result (*function)(Arguments...)>
struct WithLocale<Result (*)(Arguments...), function> {
    static Result call(Arguments... arguments, locale_t locale)
    {
        const UseLocale use(locale);
        return call_converted<Result, Arguments...>(function, arguments...);
    }
};

template <class Result, class... Arguments, Result (*function)(Arguments...) noexcept>
struct WithLocale<Result (*)(Arguments...) noexcept, function> {
    static Result call(Arguments... arguments, locale_t locale)
    {
        const UseLocale use(locale);
        return call_converted<Result, Arguments...>(function, arguments...);
    }
};

template <auto function>
Import import_with_locale(const char* name)
{
    return import(name, WithLocale<decltype(function), function>::call);
}

int snprintf_l(char* out, std::size_t size, locale_t locale, const char* format, ...)
{
    const UseLocale use(locale);
    va_list arguments;
    va_start(arguments, format);
    const int result = vsnprintf(out, size, format, arguments);
    va_end(arguments);
    return result;
}

int asprintf_l(char** out, locale_t locale, const char* format, ...)
{
    const UseLocale use(locale);
    va_list arguments;
    va_start(arguments, format);
    const int result = vasprintf(out, format, arguments);
    va_end(arguments);
    return result;
}

int sscanf_l(const char* text, locale_t locale, const char* format, ...)
{
    const UseLocale use(locale);
    va_list arguments;
    va_start(arguments, format);
    const int result = vsscanf(text, format, arguments);
    va_end(arguments);
    return result;
}

// Of nl_langinfo() the encoding alone: the numbers of the other items differ, and an empty string is allowed.
char* language_info(int item)
{
    static char encoding[] = "UTF-8";
    static char ascii[] = "US-ASCII";
    static char nothing[] = "";
    if (item != 0) return nothing;
    return MB_CUR_MAX > 1 ? encoding : ascii;
}

}  // namespace

std::span<const Import> locale_imports()
{
    static const Import table[] = {
        import("___mb_cur_max", max_bytes),
        import_with_locale<max_bytes>("___mb_cur_max_l"),
        import("asprintf_l", asprintf_l),
        import_with_locale<btowc>("btowc_l"),
        import_converted<duplocale>("duplocale"),
        import("freelocale", freelocale),
        import("localeconv", locale_conventions),
        import_with_locale<locale_conventions>("localeconv_l"),
        import_with_locale<mbrlen>("mbrlen_l"),
        import_with_locale<mbrtowc>("mbrtowc_l"),
        import_with_locale<mbsnrtowcs>("mbsnrtowcs_l"),
        import_with_locale<mbsrtowcs>("mbsrtowcs_l"),
        import_with_locale<mbtowc>("mbtowc_l"),
        import("newlocale", new_locale),
        import("nl_langinfo", language_info),
        import("setlocale", set_locale),
        import("snprintf_l", snprintf_l),
        import("sscanf_l", sscanf_l),
        import_with_locale<static_cast<int (*)(const char*, const char*) noexcept>(strcoll)>("strcoll_l"),
        import_with_locale<strftime>("strftime_l"),
        import_with_locale<strtod>("strtod_l"),
        import_with_locale<strtof>("strtof_l"),
        import_with_locale<strtol>("strtol_l"),
        import_with_locale<strtold>("strtold_l"),
        import_with_locale<strtoll>("strtoll_l"),
        import_with_locale<strtoul>("strtoul_l"),
        import_with_locale<strtoull>("strtoull_l"),
        import_with_locale<strxfrm>("strxfrm_l"),
        import_converted<uselocale>("uselocale"),
        import_with_locale<wcrtomb>("wcrtomb_l"),
        import_with_locale<wcscoll>("wcscoll_l"),
        import_with_locale<wcsnrtombs>("wcsnrtombs_l"),
        import_with_locale<wcsxfrm>("wcsxfrm_l"),
        import_with_locale<wctob>("wctob_l"),
    };
    return table;
}

}  // namespace machorun
