// The delta algorithm on bytes in memory: whatever it tells must make the source of the basis, and how much it finds is
// what follows from the blocks.
#include "sync/delta.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>
#include <string>

namespace arsync::sync {
namespace {

using Bytes = std::vector<std::byte>;

Bytes noise(std::size_t size, unsigned seed)
{
    std::mt19937 random(seed);
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::byte>(random());
    return bytes;
}

Bytes operator+(Bytes a, const Bytes& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

Bytes part(const Bytes& bytes, std::size_t from, std::size_t to)
{
    return {bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.begin() + static_cast<std::ptrdiff_t>(to)};
}

Content content_of(const Bytes& bytes)
{
    const auto read = [&bytes](std::uint64_t at, std::span<std::byte> into) -> Result<std::size_t> {
        const auto count = std::min<std::size_t>(into.size(), at < bytes.size() ? bytes.size() - at : 0);
        if (count > 0) std::memcpy(into.data(), bytes.data() + at, count);
        return count;
    };
    return {read, bytes.size()};
}

/// Builds the target, beside the basis or over it.
class Builder : public DeltaSink {
public:
    Builder(Bytes& basis, bool in_place) : basis_(basis), in_place_(in_place) {}

    Status literal(std::uint64_t at, std::span<const std::byte> data) override
    {
        EXPECT_EQ(at, end_);
        literal_bytes += data.size();
        write(at, data);
        return {};
    }

    Status matched(std::uint64_t from, std::uint64_t at, std::uint64_t length) override
    {
        EXPECT_EQ(at, end_);
        matched_bytes += length;
        if (in_place_ && from == at) {
            stayed_bytes += length;
            end_ += length;
            return {};
        }
        const Bytes copy = part(basis_, from, from + length);
        write(at, copy);
        return {};
    }

    Bytes result()
    {
        Bytes& bytes = in_place_ ? basis_ : target_;
        bytes.resize(end_);
        return bytes;
    }

    std::uint64_t literal_bytes = 0;
    std::uint64_t matched_bytes = 0;
    std::uint64_t stayed_bytes = 0;

private:
    void write(std::uint64_t at, std::span<const std::byte> data)
    {
        Bytes& bytes = in_place_ ? basis_ : target_;
        bytes.resize(std::max<std::size_t>(bytes.size(), at + data.size()));
        std::ranges::copy(data, bytes.begin() + static_cast<std::ptrdiff_t>(at));
        end_ = at + data.size();
    }

    Bytes& basis_;
    bool in_place_;
    Bytes target_;
    std::uint64_t end_ = 0;
};

struct Found {
    std::uint64_t literal;
    std::uint64_t matched;
    std::uint64_t stayed;
};

Found check(const Bytes& source, Bytes basis, std::uint32_t block, bool in_place)
{
    Builder builder(basis, in_place);
    const DeltaRequest request{
        .source = content_of(source), .basis = content_of(basis), .block_length = block, .updates_basis = in_place};
    const auto size = find_delta(request, builder);
    EXPECT_TRUE(size.has_value());
    EXPECT_EQ(size.value_or(0), source.size());
    EXPECT_EQ(builder.literal_bytes + builder.matched_bytes, source.size());
    EXPECT_TRUE(builder.result() == source);
    return {builder.literal_bytes, builder.matched_bytes, builder.stayed_bytes};
}

TEST(SyncDelta, BlockLengthIsTheRootOfTheSize)
{
    EXPECT_EQ(default_block_length(0), 700U);
    EXPECT_EQ(default_block_length(490'000), 700U);
    EXPECT_EQ(default_block_length(500'000), 704U);
    EXPECT_EQ(default_block_length(2'000'000), 1408U);
    EXPECT_EQ(default_block_length(std::uint64_t{1} << 34), 131072U);
    EXPECT_EQ(default_block_length(std::uint64_t{1} << 40), 131072U);
}

TEST(SyncDelta, RollingSumIsTheSumOfTheWindow)
{
    const auto bytes = noise(5000, 1);
    const std::span<const std::byte> all(bytes);
    RollingSum sum(all.first(700));
    for (std::size_t at = 0; at + 700 < bytes.size(); ++at) {
        ASSERT_EQ(sum.value(), RollingSum(all.subspan(at, 700)).value()) << at;
        sum.roll(bytes[at], bytes[at + 700]);
    }
}

TEST(SyncDelta, OneChangedByteCostsOneBlock)
{
    const auto basis = noise(100'000, 2);
    auto source = basis;
    source[54'321] ^= std::byte{1};
    for (const bool in_place : {false, true}) {
        const auto found = check(source, basis, 1000, in_place);
        EXPECT_EQ(found.literal, 1000U);
        EXPECT_EQ(found.matched, 99'000U);
        if (in_place) {
            EXPECT_EQ(found.stayed, 99'000U);
        }
    }
}

TEST(SyncDelta, WhatIsInsertedIsLiteral)
{
    const auto basis = noise(100'000, 3);
    const auto source = part(basis, 0, 50'000) + noise(17, 4) + part(basis, 50'000, 100'000);
    EXPECT_EQ(check(source, basis, 1000, false).literal, 17U);
}

TEST(SyncDelta, InPlaceUsesOnlyWhatIsStillThere)
{
    const auto basis = noise(100'000, 5);
    const auto swapped = part(basis, 50'000, 100'000) + part(basis, 0, 50'000);
    EXPECT_EQ(check(swapped, basis, 1000, false).literal, 0U);
    EXPECT_EQ(check(swapped, basis, 1000, true).literal, 50'000U);  // the first half is written over by then
    const auto twice = basis + basis;
    EXPECT_EQ(check(twice, basis, 1000, true).literal, 0U);  // what stays where it is can be used again
}

TEST(SyncDelta, ShortLastBlockMatchesAtTheEnd)
{
    const auto basis = noise(100'123, 6);
    EXPECT_EQ(check(basis, basis, 1000, false).literal, 0U);
    EXPECT_EQ(check(noise(5, 7) + basis, basis, 1000, false).literal, 5U);
    EXPECT_EQ(check(basis + noise(5, 7), basis, 1000, false).literal, 128U);
    EXPECT_EQ(check(part(basis, 100'000, 100'123), basis, 1000, false).literal, 0U);
}

TEST(SyncDelta, OddSizes)
{
    for (const std::size_t source : {0U, 1U, 699U, 700U, 701U, 1400U, 300'000U}) {
        for (const std::size_t basis : {1U, 699U, 700U, 701U, 1400U, 300'001U}) {
            check(noise(source, 8), noise(basis, 8), 700, false);
            check(noise(source, 8), noise(basis, 9), 700, true);
            check(Bytes(source), Bytes(basis), 7, true);
            check(Bytes(source), noise(basis, 1), 1, false);
        }
    }
}

TEST(SyncDelta, RandomRearrangements)
{
    for (unsigned seed = 1; seed <= 60; ++seed) {
        std::mt19937 random(seed);
        auto basis = noise(1 + random() % 200'000, seed);
        if (seed % 3 == 0)
            std::fill_n(basis.begin() + static_cast<std::ptrdiff_t>(basis.size() / 3), basis.size() / 3, std::byte{0});
        Bytes source;
        for (unsigned piece = 0; piece < 10; ++piece) {
            const auto from = random() % basis.size();
            source = source + part(basis, from, from + random() % (basis.size() - from));
            if (random() % 2 == 0) source = source + noise(random() % 3000, static_cast<unsigned>(random()));
        }
        const auto block = static_cast<std::uint32_t>(1 + random() % 3000);
        const auto beside = check(source, basis, block, false);
        const auto over = check(source, basis, block, true);
        EXPECT_LE(over.matched, beside.matched + source.size() / 10) << seed;
    }
}

TEST(SyncDelta, SourceThatEndsEarly)
{
    const auto basis = noise(10'000, 10);
    const auto source = part(basis, 0, 5000);
    Bytes copy = basis;
    Builder builder(copy, false);
    auto content = content_of(source);
    content.size = 10'000;
    const DeltaRequest request{.source = content, .basis = content_of(basis), .block_length = 700};
    const auto size = find_delta(request, builder);
    ASSERT_TRUE(size.has_value());
    EXPECT_EQ(*size, 5000U);
}

TEST(SyncDelta, ErrorsTellWhereTheyComeFrom)
{
    const auto bytes = noise(10'000, 11);
    const ReadBytes broken = [](std::uint64_t, std::span<std::byte>) -> Result<std::size_t> {
        return fail(Operation::Read, std::errc::io_error);
    };
    Bytes copy = bytes;
    Builder builder(copy, false);
    const auto source = find_delta({.source = {broken, 10}, .basis = content_of(bytes), .block_length = 700}, builder);
    ASSERT_FALSE(source.has_value());
    EXPECT_EQ(source.error().where, DeltaError::Where::Source);
    const auto basis = find_delta({.source = content_of(bytes), .basis = {broken, 10}, .block_length = 700}, builder);
    ASSERT_FALSE(basis.has_value());
    EXPECT_EQ(basis.error().where, DeltaError::Where::Basis);
    const std::atomic<bool> cancel = true;
    const auto cancelled = find_delta(
        {.source = content_of(bytes), .basis = content_of(bytes), .block_length = 700, .cancel = &cancel}, builder);
    ASSERT_FALSE(cancelled.has_value());
    EXPECT_EQ(cancelled.error().where, DeltaError::Where::Cancelled);
}

}  // namespace
}  // namespace arsync::sync
