#include "cli/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "cli/apply.h"
#include "cli/option_table.h"

namespace arsync::cli {

namespace {

std::unexpected<UsageError> refuse(const std::string& spelled, std::string_view why)
{
    return std::unexpected(UsageError{fmt::format("{}: {}", spelled, why)});
}

/// An argument that is still to be read, and the aliases that it came from: none of them is replaced again.
struct Argument {
    std::string text;
    std::vector<const Alias*> from;
};

class Parser {
public:
    Parser(std::span<const std::string> arguments, const Aliases& aliases, bool stop_at_operand)
        : aliases_(aliases), stop_at_operand_(stop_at_operand)
    {
        for (const std::string& argument : arguments) left_.push_back({argument, {}});
    }

    std::expected<Options, UsageError> run()
    {
        while (!left_.empty() && !options_.help) {
            const Argument argument = take();
            if (argument.text == "--") break;
            spelled_ = {"", {argument.text}};
            is_option_ = false;
            Outcome parsed;
            if (argument.text.starts_with("--"))
                parsed = parse_long(argument);
            else if (argument.text.starts_with('-') && argument.text.size() > 1)
                parsed = parse_bundle(argument);
            else
                options_.operands.push_back(argument.text);
            if (!parsed) return std::unexpected(parsed.error());
            if (is_option_) options_.spelled.push_back(std::move(spelled_));
            if (stop_at_operand_ && !options_.operands.empty()) break;
        }
        for (Argument& argument : left_) options_.operands.push_back(std::move(argument.text));
        return std::move(options_);
    }

private:
    Argument take()
    {
        Argument argument = std::move(left_.front());
        left_.pop_front();
        return argument;
    }

    const Alias* alias_for(std::string_view option, const Argument& argument) const
    {
        const Alias* alias = aliases_.find(option);
        return alias != nullptr && std::ranges::find(argument.from, alias) == argument.from.end() ? alias : nullptr;
    }

    /// Puts what the alias stands for in front of what is left.
    Outcome replace(const Alias& alias, const Argument& argument, std::optional<std::string> value)
    {
        if (alias.starts_program)
            return refuse(alias.option, "an exec line of a popt file defines it, and arsync starts no other programs");
        if (alias.takes_value && !value) {
            if (left_.empty()) return refuse(alias.option, "missing argument");
            value = take().text;
        }
        Argument made{"", argument.from};
        made.from.push_back(&alias);
        std::deque<Argument> words;
        for (std::string word : alias.words) {
            const std::size_t place = word.find("!#:+");
            if (place != std::string::npos) word.replace(place, 4, *value);
            made.text = std::move(word);
            words.push_back(made);
        }
        left_.insert(left_.begin(), words.begin(), words.end());
        return {};
    }

    Outcome parse_long(const Argument& argument)
    {
        const std::string& text = argument.text;
        const std::size_t equals = text.find('=');
        if (const Alias* alias = alias_for(std::string_view(text).substr(0, equals), argument)) {
            if (equals == std::string::npos) return replace(*alias, argument, std::nullopt);
            if (!alias->takes_value) return refuse(text, "option does not take an argument");
            return replace(*alias, argument, text.substr(equals + 1));
        }
        const auto match = find_long(std::string_view(text).substr(0, equals).substr(2));
        if (!match) return refuse(text, "unknown option");
        const auto [option, negated] = *match;
        is_option_ = true;
        spelled_.option = option->name;
        const bool takes_value = option->value != Value::None && !negated;
        if (equals != std::string::npos) {
            if (!takes_value) return refuse(text, "option does not take an argument");
            return apply_value(*option, text.substr(equals + 1), text);
        }
        if (!takes_value) return apply(options_, *option, negated, "", text);
        return apply_next(*option, text);
    }

    Outcome parse_bundle(const Argument& argument)
    {
        const std::string& text = argument.text;
        for (std::size_t at = 1; at < text.size(); ++at) {
            if (const Alias* alias = alias_for(std::string{'-', text[at]}, argument)) {
                if (at + 1 < text.size()) left_.push_front({'-' + text.substr(at + 1), argument.from});
                return replace(*alias, argument, std::nullopt);
            }
            const Option* option = find_short(text[at]);
            if (!option) return refuse(text, "unknown option");
            is_option_ = true;
            if (at == 1 && option->value != Value::None) spelled_.option = option->name;
            if (option->value == Value::None) {
                if (auto applied = apply(options_, *option, false, "", text); !applied) return applied;
                continue;
            }
            if (at + 1 == text.size()) return apply_next(*option, text);
            // rsync takes -B=1000 as well as -B1000.
            const std::size_t value = text[at + 1] == '=' ? at + 2 : at + 1;
            return apply_value(*option, text.substr(value), text);
        }
        return {};
    }

    /// The value is the next argument, whatever it looks like.
    Outcome apply_next(const Option& option, const std::string& spelled)
    {
        if (left_.empty()) return refuse(spelled, "missing argument");
        const std::string value = take().text;
        spelled_.words.push_back(value);
        return apply_value(option, value, value);
    }

    Outcome apply_value(const Option& option, const std::string& value, const std::string& spelled)
    {
        return apply(options_, option, false, value, spelled);
    }

    const Aliases& aliases_;
    bool stop_at_operand_;
    std::deque<Argument> left_;
    Options options_;
    SpelledOption spelled_;   // the argument that is being read
    bool is_option_ = false;  // and not an operand or an alias
};

}  // namespace

std::expected<Options, UsageError> parse(std::span<const std::string> arguments, bool stop_at_operand,
                                         const Aliases& aliases)
{
    auto options = Parser(arguments, aliases, stop_at_operand).run();
    // -h means human-readable numbers, except where nothing else is said and it can only be a cry for help.
    if (options && arguments.size() == 1 && options->human_readable > 1) options->help = true;
    return options;
}

}  // namespace arsync::cli
