#pragma once
// --write-batch, --only-write-batch, --read-batch: what does not go with them, what the options of the run that wrote a
// batch make of those of the run that reads it, and the files.

#include <memory>
#include <string>
#include <vector>

#include "batch/reader.h"
#include "cli/job_builder.h"
#include "cli/options.h"

namespace arsync::cli {

/// What cannot be used together, in rsync's words.
[[nodiscard]] Outcome check_batch(const Options& options);

/// The options that have to be the same where the batch is read, for its header.
[[nodiscard]] std::string batch_letters(const Options& options);

/// Sets these options to what they were when the batch was written, and takes back those that chose its names or showed
/// the source otherwise than it was. Returns what rsync says of each change.
[[nodiscard]] std::vector<std::string> match_batch(Options& options, const batch::Header& header);

/// Null without --read-batch.
[[nodiscard]] std::expected<std::shared_ptr<const batch::Reader>, UsageError> open_batch(
    const Options& options, const platform::PathPolicy& paths);

/// Gives the job what it has to know; with --write-batch, but not in a dry run, makes the batch and its script.
/// `program` as it was called.
[[nodiscard]] Outcome set_batch(sync::Job& job, const Options& options, const std::string& program,
                                std::shared_ptr<const batch::Reader> reader, const rules::ReadFile& read_file);

}  // namespace arsync::cli
