#pragma once
// The names of a directory, read in large blocks (Linux: getdents64; macOS: getattrlistbulk).

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/name.h"
#include "base/name_block.h"
#include "platform/directory.h"

namespace arsync::platform {

struct ListedName {
    NameView name;
    FileType type;
    std::uint64_t inode;
};

/// Is given some names at a time, and may change that list: it is thrown away afterwards, with the bytes of the names.
/// False: no more are wanted.
using TakeNames = std::function<bool(std::vector<ListedName>& names)>;

/// Gives all names but "." and "..", in the file system's order. If reading stops with an error half-way, the names so
/// far have been given: they are no ground for deleting anything. The handle's position is used: one at a time.
[[nodiscard]] Status list_names(const Directory& directory, const TakeNames& take);

/// Whether there is any name in the directory.
[[nodiscard]] Result<bool> has_names(const Directory& directory);

/// All of them at once.
class Listing {
public:
    /// After an error the names so far are there, and failure() tells.
    [[nodiscard]] static Listing read(const Directory& directory);

    /// They live as long as the listing.
    [[nodiscard]] const std::vector<ListedName>& names() const { return names_; }
    [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

private:
    std::vector<NameBlock> blocks_;
    std::vector<ListedName> names_;
    std::optional<Error> failure_;
};

}  // namespace arsync::platform
