#pragma once
// The checksums that rsync knows by name, as it prints them. For telling files apart and comparing with other tools,
// not against who wants to deceive.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace arsync {

enum class DigestKind : std::uint8_t { None, Xxh64, Xxh3, Xxh128, Md4, Md5, Sha1 };

/// By rsync's name for it, in small letters; nullopt: there is none.
[[nodiscard]] std::optional<DigestKind> digest_kind(std::string_view name);
/// Of the printed form.
[[nodiscard]] std::size_t digest_width(DigestKind kind);

/// Of what comes piece by piece.
class Digest {
public:
    explicit Digest(DigestKind kind);
    ~Digest();
    Digest(Digest&&) noexcept;
    Digest& operator=(Digest&&) noexcept;

    void add(std::span<const std::byte> bytes);
    /// Two small hexadecimal digits a byte; empty for None. Nothing can be added after it.
    [[nodiscard]] std::string text();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace arsync
