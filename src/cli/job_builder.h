#pragma once
// From options to a job: checks what belongs together, reads filter files, decides what is shown.

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/id_rules.h"
#include "cli/options.h"
#include "cli/selection_options.h"
#include "platform/attributes.h"
#include "platform/process.h"
#include "report/settings.h"
#include "rules/filter.h"
#include "sync/job.h"

namespace arsync::cli {

/// What the builder has to know about the world; tests make up their own.
struct Surroundings {
    bool output_is_terminal = false;  // one that can erase a line
    platform::AttributeSupport support;
    std::optional<std::string> home;
    std::optional<std::string> cvsignore;    // $CVSIGNORE
    std::optional<std::string> partial_dir;  // $RSYNC_PARTIAL_DIR
    std::function<std::optional<std::string>(const char* name)> environment;
    std::function<bool(const std::string& path)> is_directory;
    std::function<std::string(const std::string& path)> absolute_path;
    ReadTypedFile read_file;
    platform::UserId user = 0;
    platform::Mode umask = 0;
    IdOfName user_id;
    IdOfName group_id;
};

struct Plan {
    sync::Job job;
    report::Settings settings;
    std::vector<std::string> warnings;            // to be told before the run
    std::optional<platform::NewIdentity> run_as;  // --copy-as
};

[[nodiscard]] std::expected<Plan, UsageError> build(const Options& options, const Surroundings& surroundings);

/// What shall be shown, without the rest.
[[nodiscard]] report::Settings report_settings(const Options& options, bool output_is_terminal);

}  // namespace arsync::cli
