#pragma once
// Standard output and standard error of one run: lines are collected and written in blocks, and a line at the bottom of
// a terminal stays below them.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "platform/terminal.h"

namespace arsync::report {

/// Where the bytes go; tests put something else in.
using Sink = std::function<Status(platform::Stream, std::string_view)>;

class Output {
public:
    /// `all_to_error`: what is for standard output goes to standard error as well.
    Output(Sink sink, bool line_buffered, bool all_to_error = false)
        : sink_(std::move(sink)),
          line_buffered_(line_buffered || all_to_error),
          stream_(all_to_error ? platform::Stream::Error : platform::Stream::Output)
    {
    }

    /// Appends to standard output. Text given here is whole lines, except through overwrite().
    void print(std::string_view text);
    /// Writes to standard error at once, after what was printed before.
    void print_error(std::string_view text);
    /// Replaces the current line by rewriting it from its start, for output that is no terminal: "\r" and text. The
    /// next print() starts on a new line.
    void overwrite(std::string_view text);
    /// Ends a line that overwrite() left open.
    void end_line();
    /// Shows `line` below everything else, on a terminal; an empty line removes it.
    void set_live(std::string line);
    void flush();

    /// The first error of writing standard output. Nothing is written after it.
    [[nodiscard]] std::optional<Error> write_error() const { return write_error_; }

private:
    void write(std::string_view bytes);

    Sink sink_;
    bool line_buffered_;
    platform::Stream stream_;
    std::string buffer_;
    std::string live_;  // shown right now, if live_shown_
    bool live_shown_ = false;
    bool line_open_ = false;       // overwrite() left the cursor at the end of a line
    std::size_t open_length_ = 0;  // of that line
    std::optional<Error> write_error_;
};

}  // namespace arsync::report
