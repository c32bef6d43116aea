#include "sync/block_table.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace arsync::sync {
namespace {

/// A gigabyte of table, as rsync's own limit of one allocation.
constexpr std::uint64_t kMostBlocks = std::uint64_t{1} << 25;

}  // namespace

std::uint32_t default_block_length(std::uint64_t basis_size)
{
    if (basis_size <= std::uint64_t{kLeastBlock} * kLeastBlock) return kLeastBlock;
    if (basis_size >= std::uint64_t{kMostBlock} * kMostBlock) return kMostBlock;
    auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(basis_size)));
    while (root * root > basis_size) --root;
    while ((root + 1) * (root + 1) <= basis_size) ++root;
    return std::max(static_cast<std::uint32_t>(root / 8 * 8), kLeastBlock);
}

RollingSum::RollingSum(std::span<const std::byte> window) : length_(static_cast<std::uint32_t>(window.size()))
{
    for (const auto byte : window) {
        sum_ += static_cast<std::uint32_t>(byte);
        weighted_ += sum_;
    }
}

BlockTable::BlockTable(std::uint64_t basis_size, std::uint32_t block_length)
    : basis_size_(basis_size),
      block_length_(block_length),
      blocks_((basis_size + block_length - 1) / block_length),
      heads_(std::bit_ceil(blocks_.size() * 2 + 1), kNone)
{
}

bool BlockTable::too_large(std::uint64_t basis_size, std::uint32_t block_length)
{
    return basis_size / block_length >= kMostBlocks;
}

std::uint32_t BlockTable::length_of(std::uint64_t index) const
{
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(block_length_, basis_size_ - index * block_length_));
}

void BlockTable::set(std::uint64_t index, std::span<const std::byte> data)
{
    blocks_[index].weak = RollingSum(data).value();
    blocks_[index].strong = checksum(data);
}

void BlockTable::index(bool keep_equal)
{
    // From the last to the first, so that each chain begins with its first block.
    for (auto i = static_cast<std::uint32_t>(blocks_.size()); i-- > 0;) {
        auto& head = heads_[slot(blocks_[i].weak)];
        const bool equal_next = head != kNone && blocks_[head].weak == blocks_[i].weak &&
                                blocks_[head].strong == blocks_[i].strong && length_of(head) == length_of(i);
        blocks_[i].next = equal_next && !keep_equal ? blocks_[head].next : head;
        head = i;
    }
}

}  // namespace arsync::sync
