#pragma once
// The words of --debug and their levels. Source: rsync --debug=help. Most of them tell of parts that rsync has and
// arsync has not (processes that talk to each other, a list of all files); --debug=help says which ones do what here.

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace arsync::cli {

/// In the order of --debug=help.
enum class DebugWord : std::uint8_t {
    Acl,
    Backup,
    Bind,
    Chdir,
    Connect,
    Cmd,
    Del,
    Deltasum,
    Dup,
    Exit,
    Filter,
    Flist,
    Fuzzy,
    Genr,
    Hash,
    Hlink,
    Iconv,
    Io,
    Nstr,
    Own,
    Proto,
    Recv,
    Send,
    Time,
};
inline constexpr std::size_t kDebugWords = 24;

/// What --debug said about each word; later choices replace earlier ones.
class DebugChoices {
public:
    /// Returns the word that is unknown.
    [[nodiscard]] std::expected<void, std::string> add(std::string_view flags);
    [[nodiscard]] bool help() const { return help_; }
    /// The level in force: what --debug said, else what that many -v mean.
    [[nodiscard]] unsigned level(DebugWord word, unsigned verbose) const;

private:
    std::array<std::optional<unsigned>, kDebugWords> levels_{};
    bool help_ = false;
};

[[nodiscard]] std::string debug_help();
/// The words in small letters, for completions.
[[nodiscard]] std::vector<std::string> debug_names();

}  // namespace arsync::cli
