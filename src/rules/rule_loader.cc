#include "rules/rule_loader.h"

#include <utility>

#include "base/name.h"

namespace arsync::rules {

namespace {

/// A merge file that merges itself would never end; nobody nests this deep.
constexpr int kMaxDepth = 100;

// Source: rsync(1), --cvs-exclude.
constexpr std::string_view kCvsDefaults =
    "RCS SCCS CVS CVS.adm RCSLOG cvslog.* tags TAGS .make.state .nse_depinfo *~ #* .#* ,* _$* *$ *.old *.bak *.BAK "
    "*.orig *.rej .del-* *.a *.olb *.o *.obj *.so *.exe *.Z *.elc *.ln core .svn/ .git/ .hg/ .bzr/";

std::string_view base_name(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

RuleOrigin origin_in(const FileLabel& file, std::size_t line)
{
    if (!file.told) return {.rule = "<rule from " + file.text + ">", .argument = file};
    const std::string place = line == 0 ? file.text : file.text + " line " + std::to_string(line);
    return {.rule = "<rule from " + place + ">", .argument = {.text = "a file named at " + place, .told = false}};
}

RuleError cannot_open(std::string_view path, bool include, const Error& error, const RuleOrigin& origin)
{
    const std::string what = include ? "failed to open include file " : "failed to open exclude file ";
    return {.message = origin.rule.empty() ? what + std::string(path) + ": " + error.reason() : what + origin.rule,
            .exit_code = 11};
}

}  // namespace

std::expected<void, RuleError> RuleLoader::add(std::string_view text, const Template& where)
{
    // An empty option is not an error, it only has no effect.
    if (text.empty()) return {};
    return add_parsed(text, where, {});
}

std::expected<void, RuleError> RuleLoader::add_text(std::string_view content, const Template& where,
                                                    const FileLabel& file)
{
    RuleText found;
    std::size_t line = 0;
    while (next_rule(content, line, where, settings_.null_separated, found)) {
        const RuleOrigin origin = origin_in(file, found.line);
        std::string joined;
        // "- foo + bar" is two rules: the blank behind a prefix does not split.
        if (where.word_split && wants_argument(found.text, where)) {
            joined = std::string(found.text) + ' ';
            if (next_rule(content, line, where, settings_.null_separated, found)) joined += found.text;
            found.text = joined;
        }
        if (auto added = add_parsed(found.text, where, origin); !added) return added;
    }
    return {};
}

std::expected<void, RuleError> RuleLoader::add_file(std::string_view path, const Template& where,
                                                    const RuleOrigin& origin)
{
    if (depth_ == kMaxDepth) {
        const Error error{Operation::Open, static_cast<int>(std::errc::too_many_symbolic_link_levels)};
        return std::unexpected(cannot_open(path, where.include, error, origin));
    }
    const auto content = place_.read(path);
    if (!content && content.error().is(std::errc::is_a_directory)) return {};
    if (!content) return std::unexpected(cannot_open(path, where.include, content.error(), origin));
    // rsync anchors the rules of such a file at the transfer root, also if a per-directory file named it.
    Anchor anchor = std::exchange(place_.anchor, {});
    ++depth_;
    const bool named_by_user = origin.argument.text.empty();
    auto added = add_text(*content, where, named_by_user ? FileLabel{.text = std::string(path)} : origin.argument);
    --depth_;
    place_.anchor = std::move(anchor);
    return added;
}

std::expected<void, RuleError> RuleLoader::add_parsed(std::string_view text, const Template& where,
                                                      const RuleOrigin& origin)
{
    const auto parsed = parse_rule(text, where, origin);
    if (!parsed) return std::unexpected(parsed.error());
    const ParsedRule& rule = *parsed;
    if (rule.exclude_file) add_pattern(base_name(rule.argument), {}, false);
    switch (rule.kind) {
        case ParsedRule::Kind::Pattern: add_pattern(rule.argument, rule.settings, rule.xattr); break;
        case ParsedRule::Kind::Merge: return add_file(rule.argument, rule.settings, origin);
        case ParsedRule::Kind::DirectoryMerge: add_directory_merge(rule, origin); break;
        case ParsedRule::Kind::CvsDefaults: return add_cvs_defaults(rule.settings);
        case ParsedRule::Kind::Clear:
            list_.clear();
            cleared_ = true;
            break;
    }
    return {};
}

void RuleLoader::add_pattern(std::string_view pattern, const Template& settings, bool xattr)
{
    Sides sides = settings.sides;
    if (sides == 0) sides = settings_.delete_excluded ? kSenderSide : kSenderSide | kReceiverSide;
    list_.emplace_back(Rule{.pattern = Pattern(pattern, place_.anchor, settings.absolute),
                            .include = settings.include,
                            .negate = settings.negate,
                            .perishable = settings.perishable,
                            .xattr = xattr,
                            .sides = sides});
}

void RuleLoader::add_directory_merge(const ParsedRule& rule, const RuleOrigin& origin)
{
    const std::string_view name = base_name(rule.argument);
    if (!is_name(name)) return;
    list_.emplace_back(std::make_shared<const DirectoryMerge>(
        DirectoryMerge{.name = std::string(name),
                       .scan_from = std::string(rule.argument.substr(0, rule.argument.size() - name.size())),
                       .inherit = rule.inherit,
                       .named_by_file = !origin.rule.empty(),
                       .rules = rule.settings}));
}

std::expected<void, RuleError> RuleLoader::add_cvs_defaults(const Template& where)
{
    // rsync makes the list once: a second -C repeats the rules of the first, with the modifiers of that.
    if (cvs_defaults_.empty()) {
        if (auto made = make_cvs_defaults(where); !made) return made;
    }
    list_.insert(list_.end(), cvs_defaults_.begin(), cvs_defaults_.end());
    return {};
}

std::expected<void, RuleError> RuleLoader::make_cvs_defaults(const Template& where)
{
    Template patterns = where;
    patterns.syntax = Syntax::CvsPatterns;
    patterns.word_split = true;
    Template perishable = patterns;
    perishable.perishable = true;

    // A list of its own: a "!" in the user's file clears CVS's list and nothing else.
    RuleLoader loader(settings_, place_, cvs_defaults_);
    if (auto added = loader.add_text(kCvsDefaults, perishable, {}); !added) return added;
    if (settings_.home) {
        if (const auto own = place_.read(*settings_.home + "/.cvsignore")) {
            if (auto added = loader.add_text(*own, patterns, {}); !added) return added;
        }
    }
    return loader.add_text(settings_.cvsignore_environment, patterns, {});
}

}  // namespace arsync::rules
