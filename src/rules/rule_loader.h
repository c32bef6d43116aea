#pragma once
// Fills a list with rules from options and files, following merge rules into the files they name.

#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "rules/filter.h"
#include "rules/rule.h"
#include "rules/rule_parser.h"

namespace arsync::rules {

/// Where a list of rules stands, and so what the rules in it refer to.
struct LoadPlace {
    Anchor anchor;
    /// Reads the file that a merge rule names.
    std::function<Result<std::string>(std::string_view path)> read;
};

class RuleLoader {
public:
    RuleLoader(const FilterBuilder::Settings& settings, LoadPlace place, RuleList& list)
        : settings_(settings), place_(std::move(place)), list_(list)
    {
    }

    /// One rule as it stands on the command line.
    [[nodiscard]] std::expected<void, RuleError> add(std::string_view text, const Template& where);
    /// All rules of a file's content.
    [[nodiscard]] std::expected<void, RuleError> add_text(std::string_view content, const Template& where,
                                                          const FileLabel& file);
    /// The rules of the file at `path`, which has to exist.
    [[nodiscard]] std::expected<void, RuleError> add_file(std::string_view path, const Template& where,
                                                          const RuleOrigin& origin);
    /// CVS's list with what the user's own files add to it. `where` has the modifiers of the -C rule.
    [[nodiscard]] std::expected<void, RuleError> add_cvs_defaults(const Template& where);

    /// A rule cleared the list; the rules that a directory inherited are cleared with it.
    [[nodiscard]] bool cleared() const { return cleared_; }

private:
    [[nodiscard]] std::expected<void, RuleError> add_parsed(std::string_view text, const Template& where,
                                                            const RuleOrigin& origin);
    [[nodiscard]] std::expected<void, RuleError> make_cvs_defaults(const Template& where);
    void add_pattern(std::string_view pattern, const Template& settings, bool xattr);
    void add_directory_merge(const ParsedRule& rule, const RuleOrigin& origin);

    const FilterBuilder::Settings& settings_;
    LoadPlace place_;
    RuleList& list_;
    RuleList cvs_defaults_;
    bool cleared_ = false;
    int depth_ = 0;
};

}  // namespace arsync::rules
