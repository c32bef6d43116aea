// Darwin has a variant with a locale of nearly every function; the host has it of few.
#pragma once

#include <locale.h>

namespace machorun {

// Darwin's null pointer is the C locale, and its LC_GLOBAL_LOCALE is -1 as the host's.
locale_t to_host_locale(locale_t locale);

// The thread's locale as long as the object lives.
class UseLocale {
public:
    explicit UseLocale(locale_t locale) : before_(uselocale(to_host_locale(locale))) {}
    ~UseLocale() { uselocale(before_); }
    UseLocale(const UseLocale&) = delete;
    UseLocale& operator=(const UseLocale&) = delete;

private:
    locale_t before_;
};

}  // namespace machorun
