#pragma once
// MD4 (RFC 1320), MD5 (RFC 1321) and SHA-1 (RFC 3174): the digests that rsync still knows and that work on blocks of 64
// bytes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace arsync {

class BlockDigest {
public:
    enum class Rounds : std::uint8_t { Md4, Md5, Sha1 };

    explicit BlockDigest(Rounds rounds) : rounds_(rounds) {}

    void add(std::span<const std::byte> bytes);
    /// 16 bytes, or 20 of SHA-1.
    [[nodiscard]] std::vector<std::uint8_t> finish();

private:
    static constexpr std::size_t kBlock = 64;

    [[nodiscard]] bool high_byte_first() const { return rounds_ == Rounds::Sha1; }
    void mix();

    Rounds rounds_;
    std::array<std::uint32_t, 5> state_ = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    std::array<std::byte, kBlock> block_ = {};
    std::uint64_t length_ = 0;
};

}  // namespace arsync
