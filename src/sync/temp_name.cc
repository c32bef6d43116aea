#include "sync/temp_name.h"

#include <cstdint>
#include <string>

#include "platform/process.h"

namespace arsync::sync {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::size_t kSuffix = 7;  // '.' and six characters

bool continues_character(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

Name with_suffix(std::string temporary)
{
    if (temporary.size() + kSuffix > kLongestName) {
        std::size_t cut = kLongestName - kSuffix;
        while (cut > 1 && continues_character(temporary[cut])) --cut;
        // A name in some other encoding may consist of such bytes only.
        temporary.resize(cut > 1 ? cut : kLongestName - kSuffix);
    }
    temporary += '.';
    static constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (std::uint64_t random = platform::random_number(), i = 0; i < kSuffix - 1; ++i, random /= 62)
        temporary += kLetters[random % 62];
    return *Name::make(temporary);
}

}  // namespace

Name temporary_name(NameView name)
{
    return with_suffix((name.view().starts_with('.') ? "" : ".") + std::string(name.view()));
}

Name temporary_name_elsewhere(NameView name)
{
    return with_suffix(std::string(name.view()));
}

}  // namespace arsync::sync
