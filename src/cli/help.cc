#include "cli/help.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "cli/option_table.h"

namespace arsync::cli {

namespace {

std::string label(const Option& option)
{
    if (option.name.empty()) return fmt::format("-{}", option.letter);
    std::string text = fmt::format("--{}", option.name);
    if (option.value != Value::None) text += fmt::format("={}", option.value_name);
    if (option.letter != 0) text += fmt::format(", -{}", option.letter);
    return text;
}

std::string_view mark(Support support)
{
    switch (support) {
        case Support::Yes: return "";
        case Support::RemoteOnly: return " [remote]";
    }
    return "";
}

void append_options(std::string& text, std::span<const Option> options)
{
    for (const Option& option : options) {
        if (option.help.empty()) continue;
        fmt::format_to(std::back_inserter(text), "{:<24} {}{}\n", label(option), option.help, mark(option.support));
    }
}

}  // namespace

std::string help_text()
{
    std::string text = version_text();
    text +=
        "\n"
        "arsync copies and synchronises file trees. It takes rsync's options.\n"
        "\n"
        "Usage: arsync [OPTION]... SRC [SRC]... DEST\n"
        "  or   arsync [OPTION]... --source=DIR --destination=DIR\n"
        "\n"
        "A SRC that ends in a slash means the contents of that directory. To make DEST the same as SRC:\n"
        "  arsync -a --delete SRC/ DEST/        (add -n -i to see first what would be done)\n"
        "\n"
        "Options, as rsync has them. [remote]: accepted, has no effect in a local copy.\n";
    append_options(text, rsync_options());
    text += "\nOptions of arsync's own\n";
    append_options(text, own_options());
    text += "\n--no-OPTION switches off what another option has switched on, as in -a --no-owner or -a --no-o.\n";
    return text;
}

}  // namespace arsync::cli
