#include "base/block_digest.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace arsync {
namespace {

using Words = std::array<std::uint32_t, 16>;
using State = std::array<std::uint32_t, 5>;

std::uint32_t choose(std::uint32_t x, std::uint32_t y, std::uint32_t z)
{
    return (x & y) | (~x & z);
}

std::uint32_t majority(std::uint32_t x, std::uint32_t y, std::uint32_t z)
{
    return (x & y) | (x & z) | (y & z);
}

void mix_md4(State& state, const Words& words)
{
    constexpr unsigned kShifts[3][4] = {{3, 7, 11, 19}, {3, 5, 9, 13}, {3, 9, 11, 15}};
    constexpr unsigned kThird[16] = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};
    auto [a, b, c, d, unused] = state;
    for (unsigned i = 0; i < 48; ++i) {
        const unsigned round = i / 16;
        const unsigned step = i % 16;
        const std::uint32_t value = round == 0   ? choose(b, c, d) + words[step]
                                    : round == 1 ? majority(b, c, d) + words[step / 4 + step % 4 * 4] + 0x5a827999
                                                 : (b ^ c ^ d) + words[kThird[step]] + 0x6ed9eba1;
        const auto turned = std::rotl(a + value, static_cast<int>(kShifts[round][step % 4]));
        a = d;
        d = c;
        c = b;
        b = turned;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, unused};
}

/// RFC 1321: the first 32 bits behind the point of |sin(i + 1)|.
std::array<std::uint32_t, 64> sines()
{
    std::array<std::uint32_t, 64> table{};
    for (unsigned i = 0; i < 64; ++i)
        table[i] = static_cast<std::uint32_t>(std::fabs(std::sin(i + 1.0)) * 4294967296.0);
    return table;
}

void mix_md5(State& state, const Words& words)
{
    static const auto kSines = sines();
    constexpr unsigned kShifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    auto [a, b, c, d, unused] = state;
    for (unsigned i = 0; i < 64; ++i) {
        const unsigned round = i / 16;
        const std::uint32_t value = round == 0   ? choose(b, c, d) + words[i]
                                    : round == 1 ? choose(d, b, c) + words[(5 * i + 1) % 16]
                                    : round == 2 ? (b ^ c ^ d) + words[(3 * i + 5) % 16]
                                                 : (c ^ (b | ~d)) + words[7 * i % 16];
        const auto turned = b + std::rotl(a + value + kSines[i], static_cast<int>(kShifts[round][i % 4]));
        a = d;
        d = c;
        c = b;
        b = turned;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, unused};
}

void mix_sha1(State& state, const Words& words)
{
    std::array<std::uint32_t, 80> schedule;
    std::ranges::copy(words, schedule.begin());
    for (std::size_t i = 16; i < schedule.size(); ++i)
        schedule[i] = std::rotl(schedule[i - 3] ^ schedule[i - 8] ^ schedule[i - 14] ^ schedule[i - 16], 1);
    auto [a, b, c, d, e] = state;
    for (std::size_t i = 0; i < schedule.size(); ++i) {
        const std::uint32_t value = i < 20   ? choose(b, c, d) + 0x5a827999
                                    : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                                    : i < 60 ? majority(b, c, d) + 0x8f1bbcdc
                                             : (b ^ c ^ d) + 0xca62c1d6;
        const auto next = std::rotl(a, 5) + value + e + schedule[i];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
}

/// The place of byte `i` of a number of `size` bytes.
unsigned shift_of(std::size_t i, std::size_t size, bool high_byte_first)
{
    return static_cast<unsigned>(8 * (high_byte_first ? size - 1 - i : i));
}

}  // namespace

void BlockDigest::mix()
{
    Words words{};
    for (std::size_t i = 0; i < kBlock; ++i)
        words[i / 4] |= std::to_integer<std::uint32_t>(block_[i]) << shift_of(i % 4, 4, high_byte_first());
    switch (rounds_) {
        case Rounds::Md4: return mix_md4(state_, words);
        case Rounds::Md5: return mix_md5(state_, words);
        case Rounds::Sha1: return mix_sha1(state_, words);
    }
}

void BlockDigest::add(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const std::size_t held = length_ % kBlock;
        const std::size_t taken = std::min(kBlock - held, bytes.size());
        std::ranges::copy(bytes.first(taken), block_.begin() + static_cast<std::ptrdiff_t>(held));
        length_ += taken;
        bytes = bytes.subspan(taken);
        if (held + taken == kBlock) mix();
    }
}

std::vector<std::uint8_t> BlockDigest::finish()
{
    const std::uint64_t bits = length_ * 8;
    std::array<std::byte, 2 * kBlock> padding{std::byte{0x80}};
    const std::size_t zeros = (kBlock + 56 - length_ % kBlock - 1) % kBlock + 1;  // 0x80 among them
    for (std::size_t i = 0; i < 8; ++i)
        padding[zeros + i] = static_cast<std::byte>(bits >> shift_of(i, 8, high_byte_first()));
    add(std::span(padding).first(zeros + 8));
    std::vector<std::uint8_t> digest(rounds_ == Rounds::Sha1 ? 20 : 16);
    for (std::size_t i = 0; i < digest.size(); ++i)
        digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> shift_of(i % 4, 4, high_byte_first()));
    return digest;
}

}  // namespace arsync
