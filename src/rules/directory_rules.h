#pragma once
// What per-directory merge files add on the way down. Immutable once made; directories share what they inherit.

#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/filter.h"
#include "rules/rule.h"
#include "rules/rule_loader.h"

namespace arsync::rules {

/// The rules that one dir-merge rule has gathered: of the nearest directory, then what that inherited.
struct LocalRules {
    RuleList rules;
    std::shared_ptr<const LocalRules> inherited;
};

/// A dir-merge rule in force, with its rules (null: no file found so far).
struct ActiveMerge {
    std::shared_ptr<const DirectoryMerge> merge;
    std::shared_ptr<const LocalRules> local;

    friend bool operator==(const ActiveMerge&, const ActiveMerge&) = default;
};

using ActiveMerges = std::vector<ActiveMerge>;

/// The one of `actives` that belongs to `merge`, or null.
[[nodiscard]] const ActiveMerge* find_active(std::span<const ActiveMerge> actives, const DirectoryMerge* merge);

/// The directory that is entered.
struct EnteredDirectory {
    std::string path;  // absolute, without a trailing '/'; "" for the root of the file system
    LoadPlace files;   // what the merge files found in it refer to
    FilterContext::ReadInDirectory read;
};

/// Enters directories on behalf of one FilterContext tree.
class DirectoryRules {
public:
    DirectoryRules(const FilterBuilder::Settings& settings, const ReadFile& read) : settings_(settings), read_(read) {}

    /// What is active inside `directory`, when `above` is so outside: the dir-merge rules in `list`, in order, and
    /// those that their files bring in.
    [[nodiscard]] std::expected<ActiveMerges, RuleError> enter(std::span<const Entry> list, ActiveMerges above,
                                                               const EnteredDirectory& directory) const;
    /// What dir-merge rules with a path find in the parents of `path`, an absolute path.
    [[nodiscard]] std::expected<ActiveMerges, RuleError> scan_parents(std::span<const Entry> list,
                                                                      std::string_view path) const;

private:
    using Merge = std::shared_ptr<const DirectoryMerge>;

    [[nodiscard]] std::expected<ActiveMerges, RuleError> enter(std::vector<Merge> merges, ActiveMerges above,
                                                               const EnteredDirectory& directory) const;
    /// Adds to `above` what a scan of parents finds, if this is the first directory for `merge`.
    [[nodiscard]] std::expected<ActiveMerge, RuleError> activate(const Merge& merge, ActiveMerges& above,
                                                                 const EnteredDirectory& directory) const;
    [[nodiscard]] std::expected<ActiveMerges, RuleError> scan_parents(const Merge& merge, std::string_view path) const;
    [[nodiscard]] EnteredDirectory parent(std::string path) const;

    const FilterBuilder::Settings& settings_;
    const ReadFile& read_;
};

}  // namespace arsync::rules
