#pragma once
// The names of a directory, read in large blocks (Linux: getdents64; macOS: getattrlistbulk).

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/name.h"
#include "platform/directory.h"

namespace arsync::platform {

struct ListedName {
    NameView name;  // lives as long as the Listing
    FileType type;
    std::uint64_t inode;
};

class Listing {
public:
    /// Reads all names but "." and "..", in the file system's order. If reading stops with an error half-way, the
    /// names so far are there and `failure()` tells: such a listing is no ground for deleting anything.
    [[nodiscard]] static Listing read(const Directory& directory);

    [[nodiscard]] const std::vector<ListedName>& names() const { return names_; }
    /// For filling in types.
    [[nodiscard]] std::vector<ListedName>& names() { return names_; }
    [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
    /// For who has noted names() elsewhere: keeps the bytes of the names only.
    void forget_list() { names_ = {}; }

private:
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::vector<ListedName> names_;
    std::optional<Error> failure_;
};

}  // namespace arsync::platform
