#pragma once
// Which symbolic links lead out of the transfer, by their text alone. Source: rsync(1) --copy-unsafe-links, and asking
// rsync 3.5 about all targets of up to four components.

#include <cstddef>
#include <string>
#include <string_view>

namespace arsync::sync {

/// Whether a link with that target, `depth` directories below the root, is unsafe: empty, absolute, climbing above the
/// root, or with a ".." behind anything but other ".."s.
[[nodiscard]] bool is_unsafe_link(std::string_view target, std::size_t depth);

/// What rsync's daemon puts before the targets of links so that they lead nowhere.
inline constexpr std::string_view kMungePrefix = "/rsyncd-munged/";

/// The target without that prefix, if it has it and anything behind it.
[[nodiscard]] std::string unmunged(std::string target);

}  // namespace arsync::sync
