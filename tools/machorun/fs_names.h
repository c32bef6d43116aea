// File names as APFS and HFS+ see them: Unicode, compared without regard to normalisation and, mostly, to case.
#pragma once

#include <string>
#include <string_view>

namespace machorun {

bool is_utf8(std::string_view name);
// Equal for names that are the same on a case-insensitive volume: full case folding of the canonical decomposition.
std::string folded(std::string_view name);
// Canonical decomposition (NFD), the form in which HFS+ stores names.
std::string decomposed(std::string_view name);

}  // namespace machorun
