#pragma once
// --help and --version.

#include <string>

namespace arsync::cli {

[[nodiscard]] std::string help_text();
[[nodiscard]] std::string version_text();
/// -VV: the same for programs.
[[nodiscard]] std::string version_json();

}  // namespace arsync::cli
