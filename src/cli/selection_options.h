#pragma once
// The options that choose names and imply each other: -r, -d, -R, --files-from, --list-only and their kin.

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"
#include "platform/path_policy.h"
#include "sync/job.h"

namespace arsync::cli {

/// The whole content of a file that the user named; "-" is standard input.
using ReadTypedFile = std::function<Result<std::string>(const std::string& path, const platform::PathPolicy& policy)>;

/// What holds once it is known which of them were given and which only follow.
struct ChosenNames {
    bool recurse = false;
    bool directories = false;
    bool relative = false;
    bool list_only = false;
};

[[nodiscard]] ChosenNames chosen_names(const Options& options);

/// The names in the text of a --files-from file: lines, or separated by NUL, without comments.
[[nodiscard]] std::vector<std::string> listed_names(std::string_view text, bool null_separated);

/// Sets what belongs to these options; reads the file of --files-from.
[[nodiscard]] Outcome choose_names(sync::Job& job, const Options& options, const ReadTypedFile& read_file);

/// What is to be deleted is known from directories alone.
[[nodiscard]] Outcome check_deletion(const Options& options);

/// What does not go together: the number of operands, names above the transfer.
[[nodiscard]] Outcome check_names(const Options& options, const std::vector<std::string>& operands);

}  // namespace arsync::cli
