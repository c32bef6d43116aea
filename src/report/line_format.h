#pragma once
// The formats of --out-format and --log-file-format: text with escapes such as %n and %''12l. Source: rsyncd.conf(5),
// "log format", and observation of rsync 3.5; what rsync cannot fill in outside of a daemon stays as it was typed.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "sync/observer.h"

namespace arsync::report {

/// What every line of a run has in common.
struct LineFacts {
    bool owners = false;        // -o: else %U is 0
    bool groups = false;        // -g: else %G is DEFAULT
    bool flags_column = false;  // %i has a column for file flags
    bool dry_run = false;
    DigestKind digest = DigestKind::Xxh128;
    bool digest_of_all = false;  // not only of what was transferred
    bool from_batch = false;
};

class LineFormat {
public:
    LineFormat(std::string_view text, const LineFacts& facts);

    /// %i: lines are wanted for whatever changed, not only for what was updated.
    [[nodiscard]] bool tells_changes() const { return has("i"); }
    /// %i or %o: deletions have lines in this format.
    [[nodiscard]] bool tells_deletions() const { return has("io"); }
    [[nodiscard]] bool tells_digests() const { return has("C"); }
    [[nodiscard]] bool tells_long_names() const { return has("f"); }
    /// %b, %c or %C: what is known only after the transfer.
    [[nodiscard]] bool tells_transfer() const { return has("bcC"); }

    /// Lines without their newline, not escaped yet.
    [[nodiscard]] std::string item(const sync::Item& item) const;
    [[nodiscard]] std::string deletion(std::string_view path, platform::FileType type) const;

private:
    struct Piece {
        char escape = 0;        // 0: plain text
        std::string text;       // that, or the escape as it was typed
        unsigned grouping = 0;  // number of apostrophes
        unsigned width = 0;
        bool left = false;
    };

    [[nodiscard]] bool has(std::string_view escapes) const;
    [[nodiscard]] std::string line(const sync::Item* item, std::string_view name, std::string_view path) const;
    [[nodiscard]] std::string digest(const sync::Item* item) const;
    [[nodiscard]] std::string value(const Piece& piece, const sync::Item* item, std::string_view name,
                                    std::string_view path) const;

    std::vector<Piece> pieces_;
    LineFacts facts_;
};

}  // namespace arsync::report
