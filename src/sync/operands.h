#pragma once
// The sources as typed, or as --files-from names them: each is looked at, what takes part is put into the root's list
// of sources, and what is missing is told. Only paths are used here, since they are the user's own.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/path.h"
#include "sync/context.h"
#include "sync/directory_task.h"
#include "sync/roots.h"

namespace arsync::sync {

/// "cannot VERB "/absolute/path": reason".
[[nodiscard]] std::string cannot(const Error& error, const std::string& path);

struct Operands {
    std::vector<std::size_t> contents;  // indices of the root's sources that give their contents
    std::optional<std::size_t> root;    // the source that gives the root its attributes: the first such, or "./x" of -R
    std::size_t count = 0;              // of those that exist or are to be deleted
};

/// Fills the sources of `root`, its list with the names that are not read from directories, and its missing names.
[[nodiscard]] std::optional<RootFailure> read_operands(Context& context, Root& root, Segment* segment,
                                                       Operands& operands);

}  // namespace arsync::sync
