#include "cli/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <vector>

#include "cli/debug_words.h"
#include "cli/info_words.h"
#include "cli/option_table.h"
#include "cli/performance_options.h"

namespace arsync::cli {

namespace {

bool is_visible(const Option& option)
{
    return !option.help.empty();
}

std::string key_of(const Option& option)
{
    return option.name.empty() ? fmt::format("-{}", option.letter) : fmt::format("--{}", option.name);
}

/// What roff would take for something else.
std::string roff(std::string_view text)
{
    std::string safe;
    for (const char byte : text) {
        if (byte == '\\')
            safe += "\\e";
        else if (byte == '-')
            safe += "\\-";
        else
            safe += byte;
    }
    return safe.starts_with('.') || safe.starts_with('\'') ? "\\&" + safe : safe;
}

std::string man_entry(const Option& option, const std::string& paragraph)
{
    const std::string value = option.value == Value::None ? "" : fmt::format("=\\fI{}\\fR", roff(option.value_name));
    std::string label =
        option.name.empty() ? "" : fmt::format("\\fB{}\\fR{}", roff("--" + std::string(option.name)), value);
    if (option.letter != 0) {
        if (!label.empty()) label += ", ";
        label += fmt::format("\\fB\\-{}\\fR", option.letter);
    }
    return fmt::format(".TP\n{}\n{}\n", label, roff(paragraph));
}

std::expected<std::string, std::string> man_section(std::span<const Option> options, const Paragraphs& paragraphs)
{
    std::string section;
    for (const Option& option : options) {
        if (!is_visible(option)) continue;
        const auto found = paragraphs.find(key_of(option));
        if (found == paragraphs.end()) return std::unexpected("there is no paragraph about " + key_of(option));
        section += man_entry(option, found->second);
    }
    return section;
}

std::string replaced(std::string text, std::string_view mark, std::string_view by)
{
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
        text.replace(at, mark.size(), by);
    return text;
}

/// Words that a value can be; empty: anything.
std::vector<std::string> choices(const Option& option)
{
    if (option.name == "info") return info_names();
    if (option.name == "debug") return debug_names();
    if (option.name == "stderr") return {"errors", "all", "client"};
    if (option.name == "outbuf") return {"N", "L", "B"};
    if (option.name == "copy-method") return copy_methods();
    if (option.name == "io-engine") return io_engines();
    if (option.name == "checksum-choice") return {"auto", "xxh128", "xxh3", "xxh64", "md5", "md4", "sha1", "none"};
    if (option.name == "compress-choice") return {"auto", "zstd", "lz4", "zlibx", "zlib", "none"};
    return {};
}

template <class Visit>
void for_each_visible(Visit visit)
{
    for (const auto table : {rsync_options(), own_options()}) {
        for (const Option& option : table) {
            if (is_visible(option)) visit(option);
        }
    }
}

/// --no-X of options that have it; those that are in the table themselves come by on their own.
std::optional<std::string> negation(const Option& option)
{
    if (option.negation == Negation::None || option.name.empty()) return std::nullopt;
    std::string name = fmt::format("no-{}", option.name);
    const auto match = find_long(name);
    return match && !match->negated ? std::nullopt : std::optional(std::move(name));
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

/// For a single-quoted shell string.
std::string quoted(std::string_view text)
{
    return replaced(std::string(text), "'", "'\\''");
}

}  // namespace

Paragraphs read_paragraphs(std::string_view text)
{
    Paragraphs paragraphs;
    std::string* current = nullptr;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty()) {
            current = nullptr;
        } else if (current == nullptr) {
            current = &paragraphs[std::string(line)];
        } else {
            if (!current->empty()) *current += ' ';
            *current += line;
        }
    }
    return paragraphs;
}

std::expected<std::string, std::string> man_page(std::string_view page, const Paragraphs& paragraphs)
{
    for (const auto& [name, text] : paragraphs) {
        bool known = false;
        for_each_visible([&, &key = name](const Option& option) { known = known || key_of(option) == key; });
        if (!known || text.empty()) return std::unexpected("the paragraph about " + name + " belongs to no option");
    }
    const auto options = man_section(rsync_options(), paragraphs);
    if (!options) return options;
    const auto own = man_section(own_options(), paragraphs);
    if (!own) return own;
    return replaced(replaced(replaced(std::string(page), "@VERSION@", ARSYNC_VERSION), "@OPTIONS@\n", *options),
                    "@OWN_OPTIONS@\n", *own);
}

std::string bash_completion()
{
    std::vector<std::string> words;
    std::string cases;
    const auto add_case = [&](const Option& option, std::string_view reply) {
        std::string pattern = option.name.empty() ? "" : fmt::format("--{}", option.name);
        if (option.letter != 0) pattern += fmt::format("{}-{}", pattern.empty() ? "" : "|", option.letter);
        fmt::format_to(std::back_inserter(cases), "        {}) {}; return ;;\n", pattern, reply);
    };
    for_each_visible([&](const Option& option) {
        if (!option.name.empty())
            words.push_back(fmt::format("--{}{}", option.name, option.value == Value::None ? "" : "="));
        if (option.letter != 0) words.push_back(fmt::format("-{}", option.letter));
        if (const auto other = negation(option)) words.push_back("--" + *other);
        if (option.value == Value::None) return;
        if (const auto list = choices(option); !list.empty())
            add_case(option, fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$value\"))", joined(list)));
        else if (option.value_name == "DIR")
            add_case(option, "COMPREPLY=($(compgen -d -- \"$value\"))");
        else if (option.value_name == "FILE")
            add_case(option, "COMPREPLY=($(compgen -f -- \"$value\"))");
        else
            add_case(option, "COMPREPLY=()");
    });
    return fmt::format(
        "# bash completion for arsync; made from its option table.\n"
        "_arsync() {{\n"
        "    local value=${{COMP_WORDS[COMP_CWORD]}} option=${{COMP_WORDS[COMP_CWORD - 1]}}\n"
        "    if [[ $value == = ]]; then\n"
        "        value=\n"
        "    elif [[ $option == = ]]; then\n"
        "        option=${{COMP_WORDS[COMP_CWORD - 2]}}\n"
        "    fi\n"
        "    case $option in\n{}"
        "    esac\n"
        "    if [[ $value == -* ]]; then\n"
        "        COMPREPLY=($(compgen -W '{}' -- \"$value\"))\n"
        "        [[ ${{COMPREPLY[0]-}} == *= ]] && compopt -o nospace\n"
        "    else\n"
        "        COMPREPLY=($(compgen -f -- \"$value\"))\n"
        "    fi\n"
        "}}\n"
        "complete -o filenames -F _arsync arsync\n",
        cases, joined(words));
}

std::string zsh_completion()
{
    std::string lines;
    const auto add = [&](std::string_view spelled, const Option& option, std::string_view after) {
        std::string help = replaced(replaced(std::string(option.help), "[", "\\["), "]", "\\]");
        help = replaced(help, ":", "\\:");
        fmt::format_to(std::back_inserter(lines), "    '*{}[{}]{}' \\\n", spelled, quoted(help), after);
    };
    for_each_visible([&](const Option& option) {
        std::string value;
        if (option.value != Value::None) {
            const std::string name(option.value_name);
            value = ":" + replaced(name, ":", "\\:") + ":";
            if (const auto list = choices(option); !list.empty())
                value += "(" + joined(list) + ")";
            else if (name == "DIR")
                value += "_files -/";
            else if (name == "FILE")
                value += "_files";
        }
        if (!option.name.empty()) add(fmt::format("--{}{}", option.name, value.empty() ? "" : "="), option, value);
        if (option.letter != 0) add(fmt::format("-{}{}", option.letter, value.empty() ? "" : "+"), option, value);
        if (const auto other = negation(option))
            fmt::format_to(std::back_inserter(lines), "    '*--{}[not --{}]' \\\n", *other, option.name);
    });
    return "#compdef arsync\n# zsh completion for arsync; made from its option table.\n_arguments -s -S \\\n" + lines +
           "    '*:file:_files'\n";
}

std::string fish_completion()
{
    std::string text = "# fish completion for arsync; made from its option table.\n";
    for_each_visible([&](const Option& option) {
        text += "complete -c arsync";
        if (!option.name.empty()) fmt::format_to(std::back_inserter(text), " -l {}", option.name);
        if (option.letter != 0) fmt::format_to(std::back_inserter(text), " -s {}", option.letter);
        if (option.value != Value::None) {
            if (const auto list = choices(option); !list.empty())
                fmt::format_to(std::back_inserter(text), " -x -a '{}'", joined(list));
            else if (option.value_name == "DIR")
                text += " -x -a '(__fish_complete_directories)'";
            else if (option.value_name == "FILE")
                text += " -r -F";
            else
                text += " -x";
        }
        std::string help = replaced(std::string(option.help), "\\", "\\\\");
        fmt::format_to(std::back_inserter(text), " -d '{}'\n", replaced(help, "'", "\\'"));
        if (const auto other = negation(option))
            fmt::format_to(std::back_inserter(text), "complete -c arsync -l {} -d 'not --{}'\n", *other, option.name);
    });
    return text;
}

}  // namespace arsync::cli
