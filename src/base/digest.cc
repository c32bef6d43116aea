#include "base/digest.h"

#include <variant>

#include "base/block_digest.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace arsync {
namespace {

struct KnownDigest {
    std::string_view name;
    DigestKind kind;
};

constexpr KnownDigest kKnown[] = {
    {"xxh128", DigestKind::Xxh128}, {"xxh3", DigestKind::Xxh3}, {"xxh64", DigestKind::Xxh64},
    {"xxhash", DigestKind::Xxh64},  {"md5", DigestKind::Md5},   {"md4", DigestKind::Md4},
    {"sha1", DigestKind::Sha1},     {"none", DigestKind::None},
};

std::string hexadecimal(std::span<const std::uint8_t> bytes)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 0xf];
    }
    return text;
}

void append_number(std::string& text, std::uint64_t number)
{
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
    text += hexadecimal(bytes);
}

struct Xxh64 {
    XXH64_state_t state;
};
struct Xxh3 {
    XXH3_state_t state;
};
struct Xxh128 {
    XXH3_state_t state;
};

}  // namespace

struct Digest::State {
    std::variant<std::monostate, Xxh64, Xxh3, Xxh128, BlockDigest> is;
};

std::optional<DigestKind> digest_kind(std::string_view name)
{
    for (const auto& known : kKnown) {
        if (known.name == name) return known.kind;
    }
    return std::nullopt;
}

std::size_t digest_width(DigestKind kind)
{
    switch (kind) {
        case DigestKind::None: return 2;  // rsync's has one byte, which it never prints
        case DigestKind::Xxh64:
        case DigestKind::Xxh3: return 16;
        case DigestKind::Xxh128:
        case DigestKind::Md4:
        case DigestKind::Md5: return 32;
        case DigestKind::Sha1: return 40;
    }
    return 0;
}

Digest::Digest(DigestKind kind) : state_(std::make_unique<State>())
{
    auto& is = state_->is;
    switch (kind) {
        case DigestKind::None: return;
        case DigestKind::Xxh64: XXH64_reset(&is.emplace<Xxh64>().state, 0); return;
        case DigestKind::Xxh3: XXH3_64bits_reset(&is.emplace<Xxh3>().state); return;
        case DigestKind::Xxh128: XXH3_128bits_reset(&is.emplace<Xxh128>().state); return;
        case DigestKind::Md4: is = BlockDigest(BlockDigest::Rounds::Md4); return;
        case DigestKind::Md5: is = BlockDigest(BlockDigest::Rounds::Md5); return;
        case DigestKind::Sha1: is = BlockDigest(BlockDigest::Rounds::Sha1); return;
    }
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::add(std::span<const std::byte> bytes)
{
    auto& is = state_->is;
    if (auto* xxh64 = std::get_if<Xxh64>(&is)) XXH64_update(&xxh64->state, bytes.data(), bytes.size());
    if (auto* xxh3 = std::get_if<Xxh3>(&is)) XXH3_64bits_update(&xxh3->state, bytes.data(), bytes.size());
    if (auto* xxh128 = std::get_if<Xxh128>(&is)) XXH3_128bits_update(&xxh128->state, bytes.data(), bytes.size());
    if (auto* blocks = std::get_if<BlockDigest>(&is)) blocks->add(bytes);
}

std::string Digest::text()
{
    auto& is = state_->is;
    std::string text;
    if (auto* xxh64 = std::get_if<Xxh64>(&is)) append_number(text, XXH64_digest(&xxh64->state));
    if (auto* xxh3 = std::get_if<Xxh3>(&is)) append_number(text, XXH3_64bits_digest(&xxh3->state));
    if (auto* xxh128 = std::get_if<Xxh128>(&is)) {
        const auto both = XXH3_128bits_digest(&xxh128->state);
        append_number(text, both.high64);
        append_number(text, both.low64);
    }
    if (auto* blocks = std::get_if<BlockDigest>(&is)) text = hexadecimal(blocks->finish());
    return text;
}

}  // namespace arsync
