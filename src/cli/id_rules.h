#pragma once
// --usermap and --groupmap: FROM:TO pairs, turned into rules with numbers.

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"
#include "sync/id_map.h"

namespace arsync::cli {

/// Finds the number of a user or group name.
using IdOfName = std::function<std::optional<std::uint32_t>(const std::string& name)>;

/// A number or a name; nullopt: no such name.
[[nodiscard]] std::expected<std::optional<std::uint32_t>, UsageError> find_id(std::string_view text,
                                                                              const IdOfName& find);

/// `option` is "usermap" or "groupmap". Pairs whose TO is not known are left out and told in `warnings`, as by rsync.
[[nodiscard]] std::expected<sync::IdRules, UsageError> parse_id_rules(std::string_view option, std::string_view text,
                                                                      const IdOfName& find,
                                                                      std::vector<std::string>& warnings);

}  // namespace arsync::cli
