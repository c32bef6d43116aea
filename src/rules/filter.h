#pragma once
// rsync's filter rules: which names take part in a transfer. Pure functions on byte strings; where a rule needs a file
// (merge files), the caller hands in how to read it. Source: rsync(1), FILTER RULES, and observation of rsync 3.5.

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace arsync::rules {

/// Why rules were not accepted. `exit_code` as rsync's: 1 for bad syntax, 11 for a file that cannot be read.
struct RuleError {
    std::string message;
    int exit_code = 1;
};

/// The content of a file by path; an Error with std::errc::no_such_file_or_directory where there is none. Called from
/// every thread that enters directories.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

enum class Side : std::uint8_t {
    Sender,    // hides names from the transfer
    Receiver,  // protects names from deletion
    /// As Receiver, for what is in a directory that is itself about to be deleted: perishable rules do not count.
    ReceiverInDeleted,
};

enum class Verdict : std::uint8_t { NoMatch, Include, Exclude };

/// The rules in force in one directory: those of the command line plus what per-directory merge files added on the way
/// down. Immutable and shared, so that directories can be visited in any order and by any thread.
class FilterContext {
public:
    /// No rules at all: then nobody needs to build paths to ask.
    [[nodiscard]] bool empty() const;
    /// Whether any directory may add rules; if not, enter() returns the context itself.
    [[nodiscard]] bool has_directory_rules() const;

    /// First match wins. `path` is relative to the transfer root, without leading or trailing '/'; for the root itself
    /// it is ".", which no rule excludes.
    /// Never allocates, unless rules ask for the absolute path and that is longer than PATH_MAX.
    [[nodiscard]] Verdict check(std::string_view path, bool is_directory, Side side) const;

    /// What the rules say of "." where that is a name of the user's (-R): check() does not ask them about the root.
    [[nodiscard]] Verdict check_base(Side side) const;

    /// For telling the user: the pattern that decided check(), as it was written; empty if none did.
    [[nodiscard]] std::string deciding_pattern(std::string_view path, bool is_directory, Side side) const;

    /// Whether an extended attribute of that name takes part (rules with the `x` modifier). Without such rules the
    /// caller's default holds.
    [[nodiscard]] Verdict check_xattr(std::string_view name, Side side) const;
    [[nodiscard]] bool has_xattr_rules() const;

    /// The context inside `directory` (a path as in check()); the one of the directory above must be `above`, save for
    /// the first one entered. `read` gives the content of a merge file by name in that directory; any error counts as
    /// "no such file", as in rsync, so a caller who doubts has to notice it there. Where a merge file names further
    /// files, the builder's ReadFile is asked. A rule error in a merge file is fatal, as it is in rsync.
    /// Directories about to be deleted have to be entered too.
    using ReadInDirectory = std::function<Result<std::string>(std::string_view name)>;
    [[nodiscard]] static std::expected<std::shared_ptr<const FilterContext>, RuleError> enter(
        const std::shared_ptr<const FilterContext>& above, std::string_view directory, const ReadInDirectory& read);

    struct State;
    explicit FilterContext(std::shared_ptr<const State> state);
    ~FilterContext();

private:
    std::shared_ptr<const State> state_;
};

/// Collects rules in the order of the command line.
class FilterBuilder {
public:
    struct Settings {
        bool null_separated = false;                     // --from0
        bool delete_excluded = false;                    // unqualified rules act on the sender only
        std::optional<std::string> home = std::nullopt;  // $HOME, for CVS's rules
        std::string cvsignore_environment = {};          // $CVSIGNORE
    };

    FilterBuilder(ReadFile read, Settings settings);
    ~FilterBuilder();

    /// How files are read that merge files met on the way name; else as those of the command line.
    void read_on_the_way(ReadFile read);

    /// --filter=RULE in any of its forms (several, if RULE merges a file).
    [[nodiscard]] std::expected<void, RuleError> add_filter(std::string_view rule);
    /// --exclude, --include.
    [[nodiscard]] std::expected<void, RuleError> add_exclude(std::string_view pattern);
    [[nodiscard]] std::expected<void, RuleError> add_include(std::string_view pattern);
    /// --exclude-from, --include-from; "-" is standard input, which `read` must know.
    [[nodiscard]] std::expected<void, RuleError> add_exclude_from(const std::string& path);
    [[nodiscard]] std::expected<void, RuleError> add_include_from(const std::string& path);
    /// -C: per-directory .cvsignore files, then CVS's list, $HOME/.cvsignore and $CVSIGNORE. rsync puts these behind
    /// all rules of the command line (but before `-p PARTIAL_DIR/`), so this comes last.
    [[nodiscard]] std::expected<void, RuleError> add_cvs_exclude();

    /// The context above the first directory. `root` is the absolute path of the transfer root on the side that will
    /// ask: rules with the '/' modifier see it, so each side (and each operand with a root of its own) needs its own.
    /// Where a dir-merge rule has a path (`: /.rsync-filter`), the first enter() also looks into the parents of
    /// `first_directory`, an absolute path; empty: of the directory entered. rsync takes the first operand's for all.
    [[nodiscard]] std::shared_ptr<const FilterContext> build(std::string root, std::string first_directory = {}) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace arsync::rules
