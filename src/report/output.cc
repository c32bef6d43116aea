#include "report/output.h"

namespace arsync::report {

namespace {

constexpr std::size_t kBlock = std::size_t{32} * 1024;
constexpr std::string_view kEraseLine = "\r\033[K";

}  // namespace

void Output::end_line()
{
    if (line_open_) buffer_ += '\n';
    line_open_ = false;
}

void Output::print(std::string_view text)
{
    end_line();
    buffer_ += text;
    if (line_buffered_ || buffer_.size() >= kBlock) flush();
}

void Output::print_error(std::string_view text)
{
    flush();
    if (live_shown_) {
        write(kEraseLine);
        live_shown_ = false;
    }
    // There is nobody left to tell if standard error is gone.
    static_cast<void>(sink_(platform::Stream::Error, text));
}

void Output::overwrite(std::string_view text)
{
    const std::size_t length = text.size();
    buffer_ += '\r';
    buffer_ += text;
    // A shorter line does not cover what it replaces.
    if (line_open_ && length < open_length_) buffer_.append(open_length_ - length, ' ');
    open_length_ = length;
    line_open_ = true;
    if (line_buffered_) flush();
}

void Output::set_live(std::string line)
{
    flush();
    if (line.empty()) {
        if (live_shown_) write(kEraseLine);
    } else {
        // Text first, then the rest of the old line: no moment in which the line is empty, so it does not flicker.
        write("\r" + line + "\033[K");
    }
    live_shown_ = !line.empty();
    live_ = std::move(line);
}

void Output::flush()
{
    if (buffer_.empty()) return;
    std::string block = std::move(buffer_);
    buffer_.clear();
    if (live_shown_) {
        block.insert(0, kEraseLine);
        block += live_;
    }
    write(block);
}

void Output::write(std::string_view bytes)
{
    if (write_error_) return;
    if (const Status written = sink_(stream_, bytes); !written) write_error_ = written.error();
}

}  // namespace arsync::report
