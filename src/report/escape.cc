#include "report/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cwchar>
#include <iterator>

namespace arsync::report {

namespace {

bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool looks_like_escape(std::string_view text)
{
    return text.size() >= 5 && text[0] == '\\' && text[1] == '#' && is_digit(text[2]) && is_digit(text[3]) &&
           is_digit(text[4]);
}

/// Length of the character that `text` begins with; 0 if it begins with none.
std::size_t character_length(std::string_view text)
{
    std::mbstate_t state{};
    wchar_t wide{};
    const std::size_t length = std::mbrtowc(&wide, text.data(), text.size(), &state);
    constexpr auto kInvalid = static_cast<std::size_t>(-1);
    constexpr auto kIncomplete = static_cast<std::size_t>(-2);
    return length == kInvalid || length == kIncomplete ? 0 : length;
}

bool is_harmless(char byte)
{
    const auto value = static_cast<unsigned char>(byte);
    return value < 0x80 && (value >= 0x20 || byte == '\t') && byte != '\\';
}

}  // namespace

std::string escape(std::string_view bytes, bool eight_bit)
{
    if (std::ranges::all_of(bytes, is_harmless)) return std::string(bytes);
    std::string shown;
    shown.reserve(bytes.size() + 16);
    for (std::size_t at = 0; at < bytes.size();) {
        const std::string_view rest = bytes.substr(at);
        const auto value = static_cast<unsigned char>(rest[0]);
        std::size_t plain = 0;  // bytes that may be shown as they are
        if (value >= 0x80)
            plain = eight_bit ? 1 : character_length(rest);
        else if (is_harmless(rest[0]) || (rest[0] == '\\' && !looks_like_escape(rest)))
            plain = 1;
        if (plain > 0)
            shown += rest.substr(0, plain);
        else
            fmt::format_to(std::back_inserter(shown), "\\#{:03o}", value);
        at += std::max<std::size_t>(plain, 1);
    }
    return shown;
}

}  // namespace arsync::report
