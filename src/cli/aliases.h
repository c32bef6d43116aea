#pragma once
// Options that the user has defined in ~/.popt or /etc/popt: lines such as `rsync alias -Z -a --delete`. Source:
// popt(3) and trying what rsync makes of such files. Lines for the programs rsync, arsync and * count.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace arsync::cli {

struct Alias {
    std::string option;              // as typed: "--name" or "-Z"
    std::vector<std::string> words;  // what it stands for
    bool takes_value = false;        // "!#:+" in a word is replaced by the next argument
    bool starts_program = false;     // an exec line: rsync runs another program instead
};

class Aliases {
public:
    /// Adds the lines of a file; later ones go before earlier ones.
    void add(std::string_view text);
    /// `option` with its dashes: "--name", "-Z".
    [[nodiscard]] const Alias* find(std::string_view option) const;

private:
    std::vector<Alias> aliases_;
};

}  // namespace arsync::cli
