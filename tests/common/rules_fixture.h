#pragma once
// Filter rules over a file system that is a map, for the tests of src/rules.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "rules/filter.h"

namespace arsync::rules::test {

using Files = std::map<std::string, std::string>;

/// The transfer root of all tests; files that a test names without a leading '/' are below it.
inline const std::string kRoot = "/home/me/src";

struct Rules {
    std::vector<std::string> options;  // "-fRULE", "--exclude=...", "--exclude-from=FILE", "-C", ...
    Files files = {};                  // paths below the root, or absolute
    FilterBuilder::Settings settings = {};
};

class Checker {
public:
    explicit Checker(const Rules& rules)
    {
        for (const auto& [path, content] : rules.files) {
            files_[path.starts_with('/') ? path : kRoot + '/' + path] = content;
        }
        FilterBuilder builder([this](const std::string& path) { return read(path); }, rules.settings);
        for (const std::string& option : rules.options) {
            if (const auto added = add(builder, option); !added) {
                error_ = added.error();
                return;
            }
        }
        base_ = builder.build(kRoot);
    }

    /// What rsync's sender would do with the path: false, if it or a directory above it is excluded.
    [[nodiscard]] bool sends(std::string_view path)
    {
        const bool is_directory = path.ends_with('/');
        if (is_directory) path.remove_suffix(1);
        for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
            if (verdict(path.substr(0, slash), true, Side::Sender) == Verdict::Exclude) return false;
        }
        return verdict(path, is_directory, Side::Sender) != Verdict::Exclude;
    }

    /// Those of `paths` that are not sent.
    [[nodiscard]] std::string hidden(std::string_view paths)
    {
        std::string result;
        while (!paths.empty()) {
            const std::string_view path = paths.substr(0, paths.find(' '));
            paths.remove_prefix(std::min(path.size() + 1, paths.size()));
            if (!sends(path)) result.append(result.empty() ? "" : " ").append(path);
        }
        return result;
    }

    /// The verdict in the directory that holds `path`.
    [[nodiscard]] Verdict verdict(std::string_view path, bool is_directory, Side side)
    {
        if (!base_) return Verdict::NoMatch;
        const std::size_t slash = path.rfind('/');
        const auto context = inside(slash == std::string_view::npos ? "." : std::string(path.substr(0, slash)));
        return context ? context->check(path, is_directory, side) : Verdict::NoMatch;
    }

    [[nodiscard]] bool protects(std::string_view path, Side side = Side::Receiver)
    {
        return verdict(path, false, side) == Verdict::Exclude;
    }

    [[nodiscard]] const RuleError& error() const { return error_; }
    [[nodiscard]] const FilterContext& base() const { return *base_; }

    /// The context inside a directory; null after an error.
    [[nodiscard]] std::shared_ptr<const FilterContext> inside(const std::string& directory)
    {
        const std::size_t slash = directory.rfind('/');
        auto above = base_;
        if (directory != ".") above = inside(slash == std::string::npos ? "." : directory.substr(0, slash));
        if (!above) return nullptr;
        const auto read_here = [&](std::string_view name) {
            return read(kRoot + (directory == "." ? "" : '/' + directory) + '/' + std::string(name));
        };
        auto entered = FilterContext::enter(above, directory, read_here);
        if (entered) return *std::move(entered);
        error_ = entered.error();
        return nullptr;
    }

private:
    [[nodiscard]] Result<std::string> read(const std::string& path) const
    {
        std::string plain = path;
        for (std::size_t up = plain.find("/../"); up != std::string::npos; up = plain.find("/../")) {
            const std::size_t parent = plain.rfind('/', up - 1);
            plain.erase(parent, up + 3 - parent);
        }
        const auto found = files_.find(plain);
        if (found == files_.end()) return fail(Operation::Open, std::errc::no_such_file_or_directory);
        return found->second;
    }

    static std::expected<void, RuleError> add(FilterBuilder& builder, const std::string& option)
    {
        const std::string value = option.substr(option.find('=') + 1);
        if (option.starts_with("-f")) return builder.add_filter(option.substr(2));
        if (option.starts_with("--exclude=")) return builder.add_exclude(value);
        if (option.starts_with("--include=")) return builder.add_include(value);
        if (option.starts_with("--exclude-from=")) return builder.add_exclude_from(value);
        if (option.starts_with("--include-from=")) return builder.add_include_from(value);
        return builder.add_cvs_exclude();
    }

    Files files_;
    std::shared_ptr<const FilterContext> base_;
    RuleError error_;
};

/// The message that rules are refused with; empty if they are not.
inline std::string refusal(const Rules& rules)
{
    return Checker(rules).error().message;
}

}  // namespace arsync::rules::test
