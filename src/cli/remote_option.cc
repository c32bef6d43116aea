#include "cli/remote_option.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "cli/apply.h"
#include "cli/option_table.h"

namespace arsync::cli {
namespace {

/// Options that the receiving side alone acts on, so that in a local copy -M changes nothing about them. Others are
/// refused: rsync's processes then do not understand each other, or (--delete) one knows rules that the other does not.
constexpr std::string_view kReceivers[] = {"existing",      "ignore-existing", "ignore-non-existing",
                                           "inplace",       "sparse",          "preallocate",
                                           "fsync",         "temp-dir",        "size-only",
                                           "ignore-times",  "update",          "max-size",
                                           "min-size",      "backup",          "force",
                                           "max-delete",    "chown",           "usermap",
                                           "groupmap",      "compare-dest",    "copy-dest",
                                           "link-dest",     "partial",         "partial-dir",
                                           "delay-updates", "keep-dirlinks",   "fuzzy",
                                           "mkpath",        "whole-file",      "omit-dir-times",
                                           "ignore-errors", "omit-link-times", "numeric-ids"};

struct Typed {
    const Option* option = nullptr;
    std::optional<std::string> value;
};

/// "--name", "--name=value", "-x", "-xvalue"; without a row if there is no such option, or with its negation.
Typed find_typed(const std::string& text)
{
    if (!text.starts_with("--")) {
        const auto* option = text.size() > 1 ? find_short(text[1]) : nullptr;
        if (text.size() == 2) return {option, std::nullopt};
        return {option, text.substr(text[2] == '=' ? 3 : 2)};
    }
    const auto equals = text.find('=');
    const auto match = find_long(std::string_view(text).substr(0, equals).substr(2));
    if (!match || match->negated) return {};
    if (equals == std::string::npos) return {match->option, std::nullopt};
    return {match->option, text.substr(equals + 1)};
}

}  // namespace

Outcome apply_remote_option(Options& options, const std::string& value)
{
    if (!value.starts_with('-')) return refuse("Remote option must start with a dash: " + value);
    if (value == "--fake-super") {
        options.destination_super = SuperUser::Fake;
    } else if (value == "--super" || value == "--no-super") {
        options.destination_super = value == "--super" ? SuperUser::Yes : SuperUser::No;
    } else if (value == "--munge-links" || value == "--no-munge-links") {
        options.munge_destination = value == "--munge-links";
    } else {
        const auto typed = find_typed(value);
        const bool known =
            typed.option != nullptr && std::ranges::find(kReceivers, typed.option->name) != std::end(kReceivers);
        const bool complete = known && typed.value.has_value() == (typed.option->value != Value::None);
        if (!complete) return refuse(fmt::format("--remote-option={} is not supported", value));
        return apply(options, *typed.option, false, typed.value.value_or(""), value);
    }
    return {};
}

}  // namespace arsync::cli
