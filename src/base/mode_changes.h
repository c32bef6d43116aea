#pragma once
// --chmod: what to change in the permissions of what is copied, in the language of chmod(1) as rsync speaks it.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace arsync {

/// A list of changes, done one after the other. Permissions are the twelve bits 07777.
class ModeChanges {
public:
    /// `D` or `F` before a change: only of directories, or of all else. Who is `ugoa`, what is `rwxXst`, an octal
    /// number, or one of `ugo` to copy from. Without "who" the umask cuts what is added or removed. nullopt: not
    /// understood.
    [[nodiscard]] static std::optional<ModeChanges> parse(std::string_view text, std::uint16_t umask);

    /// What `text` was parsed to, after what is here.
    void append(const ModeChanges& more);

    [[nodiscard]] bool empty() const { return steps_.empty(); }
    [[nodiscard]] std::uint16_t apply(std::uint16_t mode, bool directory) const;

    friend bool operator==(const ModeChanges&, const ModeChanges&) = default;

private:
    enum class Which : std::uint8_t { All, Directories, Others };

    struct Step {
        Which which = Which::All;
        char operation = '=';          // + - =
        std::uint16_t who = 0;         // permission bits that are meant, a multiple of 0111 unless the umask cut it
        std::uint16_t cleared = 0;     // first
        std::uint16_t bits = 0;        // then added or removed
        std::uint16_t executable = 0;  // X: these as well, if it is a directory or somebody could execute it at first
        bool conditional = false;      // X was there: if nobody could, no x at all
        char copied_from = 0;          // u, g or o: instead of `bits`, that one's permissions for each of `who`

        friend bool operator==(const Step&, const Step&) = default;
    };

    static std::optional<Step> parse_step(std::string_view text, std::uint16_t umask);
    static bool parse_permissions(std::string_view text, std::uint16_t special_of_who, Step& step);
    static std::uint16_t apply_step(const Step& step, std::uint16_t mode, bool may_execute);

    std::vector<Step> steps_;
};

}  // namespace arsync
