#pragma once
// One component of a path. Names are bytes: nothing here assumes an encoding. A Name that exists is usable: not
// empty, no '/', no NUL, not "." or "..". Operations of platform::Directory take nothing else, so no string that
// came from outside can walk out of the directory it is used in.

#include <cassert>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace arsync {

[[nodiscard]] constexpr bool is_name(std::string_view bytes)
{
    return !bytes.empty() && bytes != "." && bytes != ".." && bytes.find('/') == std::string_view::npos &&
           bytes.find('\0') == std::string_view::npos;
}

/// Borrowed name; the bytes are followed by a NUL and live in a listing or a Name.
class NameView {
public:
    /// Adopts bytes known to be a valid, NUL-terminated name (a directory listing skips "." and "..").
    [[nodiscard]] static constexpr NameView adopt(const char* bytes, std::size_t length)
    {
        assert(is_name({bytes, length}) && bytes[length] == '\0');
        return {bytes, length};
    }

    [[nodiscard]] constexpr const char* c_str() const { return bytes_; }
    [[nodiscard]] constexpr std::string_view view() const { return {bytes_, length_}; }
    [[nodiscard]] constexpr std::size_t size() const { return length_; }

    friend constexpr bool operator==(NameView a, NameView b) { return a.view() == b.view(); }
    /// Byte order, unsigned, independent of the locale.
    friend constexpr std::strong_ordering operator<=>(NameView a, NameView b) { return a.view() <=> b.view(); }

private:
    friend class Name;
    constexpr NameView(const char* bytes, std::size_t length)
        : bytes_(bytes), length_(static_cast<std::uint32_t>(length))
    {
    }

    const char* bytes_;
    std::uint32_t length_;
};

/// Owned name.
class Name {
public:
    [[nodiscard]] static std::optional<Name> make(std::string_view bytes)
    {
        if (!is_name(bytes)) return std::nullopt;
        return Name(std::string(bytes));
    }

    explicit Name(NameView name) : bytes_(name.view()) {}

    // NOLINTNEXTLINE(google-explicit-constructor): a Name is used wherever a name is asked for.
    operator NameView() const { return {bytes_.c_str(), bytes_.size()}; }
    [[nodiscard]] const std::string& str() const { return bytes_; }

    friend bool operator==(const Name&, const Name&) = default;

private:
    explicit Name(std::string bytes) : bytes_(std::move(bytes)) {}

    std::string bytes_;
};

}  // namespace arsync
