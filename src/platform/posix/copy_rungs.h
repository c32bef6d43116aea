#pragma once
// What a system adds to the ladder of copy_ladder.cc.

#include <cstdint>
#include <expected>

#include "platform/copy.h"

namespace arsync::platform::rungs {

/// Below this, reading and writing is quicker than a clone. (Linux: it has to flush the source's dirty pages first.)
inline constexpr std::uint64_t kCloneMinimum = std::uint64_t{64} * 1024;

/// Whether a clone is always a file of its own, made by clone_to_name(), or goes into an open file by clone_into().
extern const bool kCloneIsNewFile;

/// Makes `name` in `directory`, which must not exist, a clone of the request's source. Its attributes are those of any
/// new file there, but for what the request keeps and for flags that tell how the data is stored. Its mode is at most
/// `mode`, but for the moment until that is set.
[[nodiscard]] Result<File> clone_to_name(const CopyRequest& request, const Directory& directory, NameView name,
                                         Mode mode);

/// Gives the request's target the blocks of its source.
[[nodiscard]] Status clone_into(const CopyRequest& request);

/// Errors of a clone that mean "not between these two volumes", as opposed to "not this file" or "not now".
[[nodiscard]] bool refuses_clones_for_good(int code);

/// Has the volume set space aside for a large new target where that helps. A refusal is no failure, a full volume is.
[[nodiscard]] Status reserve_space(const CopyRequest& request);

/// Whether the kernel's copy call can do this range at all, and whether it is worth trying without being told to.
[[nodiscard]] bool kernel_can(const CopyRequest& request, Extent range);
[[nodiscard]] bool kernel_helps(const CopyRequest& request, const VolumePairs::Pair& pair);

/// Copies like stream_range(). Progress that it counted before a failure is taken back.
[[nodiscard]] std::expected<std::uint64_t, CopyError> kernel_range(const CopyRequest& request, Extent range);

/// Copies as much of a piece (file_ranges.h) as the system's own call can; whatever it does not do, failures as well,
/// is left to reading and writing.
[[nodiscard]] std::uint64_t kernel_piece(const File& source, std::uint64_t from, const File& target, std::uint64_t to,
                                         std::uint64_t length);

/// Whether what SEEK_DATA and SEEK_HOLE say of a source can be trusted; if not, its holes are found by their zeros.
extern const bool kHolesAreKnown;

}  // namespace arsync::platform::rungs
