#include "cli/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/apply.h"
#include "cli/option_table.h"

namespace arsync::cli {

namespace {

std::unexpected<UsageError> refuse(const std::string& spelled, std::string_view why)
{
    return std::unexpected(UsageError{fmt::format("{}: {}", spelled, why)});
}

class Parser {
public:
    Parser(std::span<const std::string> arguments, bool stop_at_operand)
        : arguments_(arguments), stop_at_operand_(stop_at_operand)
    {
    }

    std::expected<Options, UsageError> run()
    {
        while (next_ < arguments_.size() && !options_.help && !options_.version) {
            const std::string& argument = arguments_[next_++];
            if (argument == "--") break;
            Outcome parsed;
            if (argument.starts_with("--"))
                parsed = parse_long(argument);
            else if (argument.starts_with('-') && argument.size() > 1)
                parsed = parse_bundle(argument);
            else
                options_.operands.push_back(argument);
            if (!parsed) return std::unexpected(parsed.error());
            if (stop_at_operand_ && !options_.operands.empty()) break;
        }
        for (; next_ < arguments_.size(); ++next_) options_.operands.push_back(arguments_[next_]);
        return std::move(options_);
    }

private:
    Outcome parse_long(const std::string& argument)
    {
        const std::size_t equals = argument.find('=');
        const auto match = find_long(std::string_view(argument).substr(0, equals).substr(2));
        if (!match) return refuse(argument, "unknown option");
        const auto [option, negated] = *match;
        const bool takes_value = option->value != Value::None && !negated;
        if (equals != std::string::npos) {
            if (!takes_value) return refuse(argument, "option does not take an argument");
            return apply_value(*option, argument.substr(equals + 1), argument);
        }
        if (!takes_value) return apply(options_, *option, negated, "", argument);
        return apply_next(*option, argument);
    }

    Outcome parse_bundle(const std::string& argument)
    {
        for (std::size_t at = 1; at < argument.size(); ++at) {
            const Option* option = find_short(argument[at]);
            if (!option) return refuse(argument, "unknown option");
            if (option->value == Value::None) {
                if (auto applied = apply(options_, *option, false, "", argument); !applied) return applied;
                continue;
            }
            if (at + 1 == argument.size()) return apply_next(*option, argument);
            // rsync takes -B=1000 as well as -B1000.
            const std::size_t value = argument[at + 1] == '=' ? at + 2 : at + 1;
            return apply_value(*option, argument.substr(value), argument);
        }
        return {};
    }

    /// The value is the next argument, whatever it looks like.
    Outcome apply_next(const Option& option, const std::string& argument)
    {
        if (next_ == arguments_.size()) return refuse(argument, "missing argument");
        const std::string& value = arguments_[next_++];
        return apply_value(option, value, value);
    }

    Outcome apply_value(const Option& option, const std::string& value, const std::string& spelled)
    {
        return apply(options_, option, false, value, spelled);
    }

    std::span<const std::string> arguments_;
    bool stop_at_operand_;
    std::size_t next_ = 0;
    Options options_;
};

}  // namespace

std::expected<Options, UsageError> parse(std::span<const std::string> arguments, bool stop_at_operand)
{
    // -h means human-readable numbers, except where it stands alone and can only be a cry for help.
    if (arguments.size() == 1 && (arguments[0] == "-h" || arguments[0] == "-hh")) {
        Options options;
        options.help = true;
        return options;
    }
    return Parser(arguments, stop_at_operand).run();
}

}  // namespace arsync::cli
