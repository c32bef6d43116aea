#pragma once
// The blocks of an old content by their checksums, for delta.h: a weak one that can be rolled from one position to the
// next, and a strong one that leaves little to be compared.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/checksum.h"

namespace arsync::sync {

/// rsync's block length for a basis of that size: its square root, cut to a multiple of 8, within limits.
[[nodiscard]] std::uint32_t default_block_length(std::uint64_t basis_size);
inline constexpr std::uint32_t kLeastBlock = 700;
inline constexpr std::uint32_t kMostBlock = 131072;

/// The rolling checksum: of a window, moved on by one byte at a time.
class RollingSum {
public:
    explicit RollingSum(std::span<const std::byte> window);
    void roll(std::byte out, std::byte in)
    {
        sum_ += static_cast<std::uint32_t>(in) - static_cast<std::uint32_t>(out);
        weighted_ += sum_ - length_ * static_cast<std::uint32_t>(out);
    }
    [[nodiscard]] std::uint32_t value() const { return (weighted_ << 16) + (sum_ & 0xffffU); }

private:
    std::uint32_t length_;
    std::uint32_t sum_ = 0;
    std::uint32_t weighted_ = 0;
};

/// The blocks of a basis by their checksums.
class BlockTable {
public:
    static constexpr std::uint32_t kNone = 0xffffffff;

    BlockTable(std::uint64_t basis_size, std::uint32_t block_length);

    /// So many blocks that a table of them would not be worth its memory.
    [[nodiscard]] static bool too_large(std::uint64_t basis_size, std::uint32_t block_length);

    [[nodiscard]] std::uint64_t count() const { return blocks_.size(); }
    [[nodiscard]] std::uint32_t length_of(std::uint64_t index) const;
    void set(std::uint64_t index, std::span<const std::byte> data);
    /// Once all are set. `keep_equal`: every block can be found, not only the first of equal ones.
    void index(bool keep_equal);

    [[nodiscard]] bool may_have(std::uint32_t weak) const { return heads_[slot(weak)] != kNone; }
    /// The block stays as it is, whatever `least` says.
    void keep(std::uint64_t index) { blocks_[index].kept = true; }
    [[nodiscard]] bool is_kept(std::uint64_t index) const { return blocks_[index].kept; }

    /// Calls `is_it` with each block of that checksum at or after `least`, or kept, whose strong checksum is that of
    /// `window` as well, until it says yes: the block's index, else kNone. Other blocks before `least` are forgotten.
    template <class IsIt>
    [[nodiscard]] std::uint32_t find(std::uint32_t weak, std::span<const std::byte> window, std::uint64_t least,
                                     IsIt is_it)
    {
        std::uint64_t strong = 0;
        bool hashed = false;
        for (std::uint32_t* link = &heads_[slot(weak)]; *link != kNone;) {
            auto& block = blocks_[*link];
            if (*link < least && !block.kept) {
                *link = block.next;
                continue;
            }
            if (block.weak == weak && length_of(*link) == window.size()) {
                if (!hashed) strong = checksum(window);
                hashed = true;
                if (block.strong == strong && is_it(*link)) return *link;
            }
            link = &block.next;
        }
        return kNone;
    }

private:
    struct Block {
        std::uint64_t strong = 0;
        std::uint32_t weak = 0;
        std::uint32_t next = kNone;
        bool kept = false;
    };

    /// Keeps blocks of equal rolling checksum apart; equality itself is left to a comparison of the bytes.
    [[nodiscard]] std::size_t slot(std::uint32_t weak) const
    {
        return (weak * std::uint64_t{0x9e3779b97f4a7c15} >> 32) & (heads_.size() - 1);
    }

    std::uint64_t basis_size_;
    std::uint32_t block_length_;
    std::vector<Block> blocks_;
    std::vector<std::uint32_t> heads_;
};

}  // namespace arsync::sync
