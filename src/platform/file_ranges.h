#pragma once
// Pieces of open files: copied from anywhere to anywhere, or written but for their zeros. For whoever does not copy a
// file from end to end (copy.h does that).

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "platform/copy.h"
#include "platform/file.h"

namespace arsync::platform {

/// Copies `length` bytes at `from` of `source` to `to` of `target`, in the kernel where it can (Linux:
/// copy_file_range, which shares blocks where the volume does). The two are different files. Returns how many there
/// were: less if the source ends earlier.
[[nodiscard]] std::expected<std::uint64_t, CopyError> copy_piece(const File& source, std::uint64_t from,
                                                                 const File& target, std::uint64_t to,
                                                                 std::uint64_t length, std::span<std::byte> buffer);

/// Whether a target has blocks where it shall have holes.
enum class OldBlocks : std::uint8_t {
    None,
    Possible,  // within its size
    Reserved,  // behind its end as well: some file systems give those back only once the file reaches as far
};

/// Writes `data` but for its zero blocks, which are left as holes. Blocks that the target has there are given back, or
/// written over where the volume cannot do that.
[[nodiscard]] Status write_without_zeros(const File& target, OldBlocks blocks, std::uint64_t offset,
                                         std::span<const std::byte> data);

/// What a request says of its target's blocks.
[[nodiscard]] inline OldBlocks old_blocks(const CopyRequest& request)
{
    if (request.space_is_reserved) return OldBlocks::Reserved;
    return request.target_is_new ? OldBlocks::None : OldBlocks::Possible;
}

}  // namespace arsync::platform
