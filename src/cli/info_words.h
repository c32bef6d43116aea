#pragma once
// The words of --info and their levels. Source: rsync --info=help, and trying what beats what.

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace arsync::cli {

enum class InfoWord : std::uint8_t {
    Backup,
    Copy,
    Del,
    Flist,
    Misc,
    Mount,
    Name,
    Nonreg,
    Progress,
    Remove,
    Skip,
    Stats,
    Symsafe,
};
inline constexpr std::size_t kInfoWords = 13;

/// What --info said about each word; later choices replace earlier ones.
class InfoChoices {
public:
    /// `flags` is "name2,del,progress0"; words in either case. Returns the word that is unknown.
    [[nodiscard]] std::expected<void, std::string> add(std::string_view flags);
    /// --info=help was among them.
    [[nodiscard]] bool help() const { return help_; }

private:
    friend class InfoLevels;
    std::array<std::optional<unsigned>, kInfoWords> levels_{};
    bool help_ = false;
};

/// The levels in force.
class InfoLevels {
public:
    /// A word that --info named keeps that level, wherever it stands on the command line; the others follow -v,
    /// --progress and --stats. `quiet` takes away what is on without being asked for.
    InfoLevels(const InfoChoices& choices, unsigned verbose, bool progress, bool stats, bool quiet);

    [[nodiscard]] unsigned operator[](InfoWord word) const { return levels_[static_cast<std::size_t>(word)]; }

private:
    std::array<unsigned, kInfoWords> levels_{};
};

[[nodiscard]] std::string info_help();
/// The words in small letters, for completions.
[[nodiscard]] std::vector<std::string> info_names();

}  // namespace arsync::cli
