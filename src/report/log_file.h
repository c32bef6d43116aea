#pragma once
// --log-file: what is told, line by line, each with the time and the process. Lines are collected and written in
// blocks, a few times a second.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "platform/path_policy.h"

namespace arsync::report {

class LogFile {
public:
    using Write = std::function<Status(std::string_view bytes)>;

    explicit LogFile(Write write) : write_(std::move(write)) {}

    /// Opens `path`, which the user named, for appending; `mode` is for a new file.
    [[nodiscard]] static Result<LogFile> open(const std::string& path, unsigned mode,
                                              const platform::PathPolicy& policy);

    /// One or more lines; empty ones are left out, as rsync does. Already escaped.
    void add(std::string_view lines);
    void flush();

    /// The first error of writing; nothing is written after it.
    [[nodiscard]] std::optional<Error> write_error() const { return write_error_; }

private:
    [[nodiscard]] const std::string& prefix();

    Write write_;
    std::string buffer_;
    std::string prefix_;
    std::int64_t prefix_second_ = -1;
    std::optional<Error> write_error_;
};

}  // namespace arsync::report
