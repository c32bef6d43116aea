#pragma once
// The script that --write-batch puts beside its file, FILE.sh: it applies the batch with the options of the run that
// wrote it, to the same destination or to the one that is its argument.

#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"
#include "rules/filter.h"

namespace arsync::cli {

/// `program` as it was called; `read_file` gives files of rules once more.
[[nodiscard]] std::string batch_script(const std::string& program, const Options& options,
                                       const std::string& destination, const rules::ReadFile& read_file);

/// All filter rules of the command line, one by one, in the language of --filter. Files of rules are taken apart, as
/// the script may run where they are not; those with modifiers stay names.
[[nodiscard]] std::vector<std::string> single_rules(const Options& options, const rules::ReadFile& read_file);

}  // namespace arsync::cli
