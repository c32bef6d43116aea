// Character classes as Darwin's <ctype.h> reads them: bits in a table that programs look into without a call.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <cwctype>
#include <string_view>

#include "imports.h"
#include "use_locale.h"

namespace machorun {
namespace {

// _CTYPE_* of <_ctype.h>. The lowest byte is a digit's value.
struct CharacterClass {
    const char* name;
    std::uint32_t bits;
    int (*contains)(std::wint_t);
};

constexpr std::uint32_t kDigit = 0x400;
constexpr std::uint32_t kHexDigit = 0x10000;

const std::array<CharacterClass, 12> kClasses = {{
    {"alpha", 0x100, std::iswalpha},
    {"cntrl", 0x200, std::iswcntrl},
    {"digit", kDigit, std::iswdigit},
    {"graph", 0x800, std::iswgraph},
    {"lower", 0x1000, std::iswlower},
    {"punct", 0x2000, std::iswpunct},
    {"space", 0x4000, std::iswspace},
    {"upper", 0x8000, std::iswupper},
    {"xdigit", kHexDigit, std::iswxdigit},
    {"blank", 0x20000, std::iswblank},
    {"print", 0x40000, std::iswprint},
    {"alnum", 0x100 | kDigit, std::iswalnum},
}};

std::uint32_t hex_value(int character)
{
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    return character - 'A' + 10;
}

std::uint32_t class_bits(int character)
{
    std::uint32_t bits = 0;
    for (const CharacterClass& each : kClasses) {
        if (each.contains(character) != 0) bits |= each.bits;
    }
    // "alnum" must not make a letter a digit.
    if (std::iswdigit(character) == 0) bits &= ~kDigit;
    if (std::iswalpha(character) == 0) bits &= ~0x100U;
    if ((bits & kHexDigit) != 0) bits |= hex_value(character);
    return bits;
}

// _RuneLocale of <runetype.h>, as far as inline functions look into it.
struct RuneLocale {
    char magic[8];
    char encoding[32];
    void* read_rune;
    void* write_rune;
    std::int32_t invalid_rune;
    std::uint32_t types[256];
    std::int32_t lower[256];
    std::int32_t upper[256];
    struct {
        std::int32_t count;
        void* ranges;
    } extensions[3];
    void* variable;
    std::int32_t variable_length;
    std::int32_t class_count;
    void* classes;
};

RuneLocale make_default_runes()
{
    RuneLocale runes{};
    std::memcpy(runes.magic, "RuneMagA", sizeof runes.magic);
    std::memcpy(runes.encoding, "NONE", sizeof "NONE");
    for (int i = 0; i < 256; ++i) {
        const bool is_ascii = i < 128;  // the C locale knows no other classes
        runes.types[i] = is_ascii ? class_bits(i) : 0;
        runes.lower[i] = is_ascii ? std::tolower(i) : i;
        runes.upper[i] = is_ascii ? std::toupper(i) : i;
    }
    return runes;
}

RuneLocale default_runes = make_default_runes();

int mask_rune(std::int32_t rune, unsigned long mask)
{
    return static_cast<int>(class_bits(rune) & mask);
}

int mask_rune_l(std::int32_t rune, unsigned long mask, locale_t locale)
{
    const UseLocale use(locale);
    return mask_rune(rune, mask);
}

std::int32_t to_lower(std::int32_t rune)
{
    return static_cast<std::int32_t>(std::towlower(rune));
}
std::int32_t to_upper(std::int32_t rune)
{
    return static_cast<std::int32_t>(std::towupper(rune));
}

std::int32_t to_lower_l(std::int32_t rune, locale_t locale)
{
    const UseLocale use(locale);
    return to_lower(rune);
}

std::int32_t to_upper_l(std::int32_t rune, locale_t locale)
{
    const UseLocale use(locale);
    return to_upper(rune);
}

int is_ctype(std::int32_t rune, unsigned long mask)
{
    return rune < 0 || rune > 255 ? 0 : mask_rune(rune, mask);
}

// wctype_t is a mask here.
std::uint32_t class_of_name(const char* name)
{
    const auto* const found = std::ranges::find(kClasses, std::string_view(name), &CharacterClass::name);
    return found != kClasses.end() ? found->bits : 0;
}

template <std::uint32_t bits>
int is_class(int character)
{
    return mask_rune(character, bits);
}

}  // namespace

std::span<const Import> c_library_imports()
{
    static const Import table[] = {
        import_data("_DefaultRuneLocale", &default_runes),
        import("___tolower", to_lower),
        import("___tolower_l", to_lower_l),
        import("___toupper", to_upper),
        import("___toupper_l", to_upper_l),
        import("__isctype", is_ctype),
        import("__maskrune", mask_rune),
        import("__maskrune_l", mask_rune_l),
        import("__tolower", to_lower),
        import("__toupper", to_upper),
        import("isalnum", is_class < 0x100 | kDigit >),
        import("isalpha", is_class<0x100>),
        import("isdigit", is_class<kDigit>),
        import("isprint", is_class<0x40000>),
        import("isspace", is_class<0x4000>),
        import("isupper", is_class<0x8000>),
        import("iswctype", mask_rune),
        import("isxdigit", is_class<kHexDigit>),
        import("tolower", to_lower),
        import("toupper", to_upper),
        import("towlower", to_lower),
        import("towupper", to_upper),
        import("wctype", class_of_name),
    };
    return table;
}

}  // namespace machorun
