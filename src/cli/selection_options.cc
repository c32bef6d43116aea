#include "cli/selection_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "sync/selection.h"

namespace arsync::cli {

ChosenNames chosen_names(const Options& options)
{
    const bool from_file = options.files_from.has_value();
    ChosenNames chosen;
    chosen.list_only = options.list_only || (options.operands.size() == 1 && !options.source && !options.read_batch);
    // Of a list of names, -a takes no more than the list says; only -r itself does.
    chosen.recurse = options.recurse && !(from_file && options.recurse_by_archive);
    const bool implied = (from_file || chosen.list_only) && !chosen.recurse;
    chosen.directories = options.directories.value_or(implied);
    if (options.old_directories && chosen.directories) chosen.recurse = true;  // and nothing below the first level
    chosen.relative = options.relative.value_or(from_file);
    return chosen;
}

std::vector<std::string> listed_names(std::string_view text, bool null_separated)
{
    const std::string_view ends = null_separated ? std::string_view("\0", 1) : std::string_view("\n\r");
    std::vector<std::string> names;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(ends), text.size());
        auto name = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        name = name.substr(0, name.find('\0'));  // what comes after it in a line is lost in rsync as well
        if (name.empty() || name.front() == '#' || name.front() == ';') continue;
        names.emplace_back(name);
    }
    return names;
}

Outcome choose_names(sync::Job& job, const Options& options, const ReadTypedFile& read_file)
{
    const auto chosen = chosen_names(options);
    job.list_only = chosen.list_only;
    job.make_destination = options.make_path;
    auto& selection = job.selection;
    selection.recurse = chosen.recurse;
    selection.directories = chosen.directories;
    selection.relative = chosen.relative;
    selection.implied = !options.no_implied;
    selection.prune_empty = options.prune_empty;
    selection.missing = options.missing;
    if (!options.files_from) return {};
    const auto text = read_file(*options.files_from, job.paths.unconfined());
    if (!text)
        return refuse(fmt::format("failed to open files-from file {}: {}", *options.files_from, text.error().reason()));
    selection.names = listed_names(*text, options.from0);
    return {};
}

Outcome check_deletion(const Options& options)
{
    const auto names = chosen_names(options);
    const bool deletes = options.delete_ || options.delete_before || options.delete_during || options.delete_delay ||
                         options.delete_after;
    if (deletes && !names.recurse && !names.directories)
        return refuse("--delete does not work without --recursive (-r) or --dirs (-d).");
    return {};
}

Outcome check_names(const Options& options, const std::vector<std::string>& operands)
{
    if (options.files_from) {
        const auto& file = *options.files_from;
        const auto colon = file.find(':');
        if (colon != std::string::npos && file.find('/') > colon)
            return refuse("--files-from cannot be remote when the transfer is local");
        if (operands.size() != 2) return refuse("--files-from needs exactly one source and a destination");
        return {};
    }
    if (!chosen_names(options).relative) return {};
    const std::size_t sources = operands.size() == 1 ? 1 : operands.size() - 1;
    for (std::size_t i = 0; i < sources; ++i) {
        if (sync::split_relative(operands[i]).climbs)
            return refuse(fmt::format("found \"..\" dir in relative path: {}", operands[i]));
    }
    return {};
}

}  // namespace arsync::cli
