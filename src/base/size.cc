#include "base/size.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <string>

namespace arsync {
namespace {

int power_of_suffix(char letter)
{
    switch (std::tolower(static_cast<unsigned char>(letter))) {
        case 'b': return 0;
        case 'k': return 1;
        case 'm': return 2;
        case 'g': return 3;
        case 't': return 4;
        case 'p': return 5;
        default: return -1;
    }
}

struct Decimal {
    std::uint64_t whole = 0;
    long double fraction = 0;
};

/// Takes digits and at most one dot from the front of `text`.
std::optional<Decimal> take_decimal(std::string_view& text)
{
    Decimal value;
    long double place = 0;
    bool digits = false;
    while (!text.empty()) {
        const char c = text.front();
        if (c == '.' && place == 0) {
            place = 0.1L;
        } else if (c >= '0' && c <= '9') {
            const auto digit = static_cast<unsigned>(c - '0');
            digits = true;
            if (place != 0) {
                value.fraction += digit * place;
                place /= 10;
            } else if (value.whole > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) {
                return std::nullopt;
            } else {
                value.whole = value.whole * 10 + digit;
            }
        } else {
            break;
        }
        text.remove_prefix(1);
    }
    if (!digits) return std::nullopt;
    return value;
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text, char default_suffix)
{
    const auto number = take_decimal(text);
    if (!number) return std::nullopt;

    int power = power_of_suffix(default_suffix);
    std::uint64_t base = 1024;
    if (!text.empty() && power_of_suffix(text.front()) >= 0) {
        power = power_of_suffix(text.front());
        text.remove_prefix(1);
        if (text.size() >= 2 && std::tolower(static_cast<unsigned char>(text[0])) == 'i' &&
            power_of_suffix(text[1]) == 0) {
            text.remove_prefix(2);
        } else if (power > 0 && !text.empty() && (text.front() == 'B' || text.front() == 'b')) {
            base = 1000;
            text.remove_prefix(1);
        }
    }

    std::uint64_t unit = 1;
    for (int i = 0; i < power; ++i) unit *= base;
    const auto fraction = static_cast<std::uint64_t>(number->fraction * static_cast<long double>(unit));
    if (number->whole > (std::numeric_limits<std::int64_t>::max() - fraction) / unit) return std::nullopt;
    std::uint64_t bytes = number->whole * unit + fraction;

    if (text == "+1") {
        ++bytes;
    } else if (text == "-1") {
        if (bytes == 0) return std::nullopt;
        --bytes;
    } else if (!text.empty()) {
        return std::nullopt;
    }
    return bytes;
}

std::expected<std::uint64_t, SizeError> parse_size_limit(std::string_view text)
{
    if (text.starts_with('+')) return std::unexpected(SizeError::Invalid);
    const std::string number = "0" + std::string(text);  // digits may be missing
    const auto size = parse_size(number);
    if (size && *size < std::numeric_limits<std::int64_t>::max()) return *size;
    // Is it the number that is too much, or not a SIZE at all? A small number in its place tells.
    const auto end = std::min(number.find_first_not_of("0123456789."), number.size());
    const bool one_dot = std::count(number.begin(), number.begin() + static_cast<std::ptrdiff_t>(end), '.') < 2;
    const bool small_would_do = one_dot && parse_size("1" + number.substr(end)).has_value();
    return std::unexpected(small_would_do ? SizeError::TooLarge : SizeError::Invalid);
}

}  // namespace arsync
