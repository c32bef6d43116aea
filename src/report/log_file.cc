#include "report/log_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "platform/append_file.h"
#include "platform/clock.h"
#include "platform/process.h"

namespace arsync::report {

namespace {

constexpr std::size_t kBlock = std::size_t{32} * 1024;

}  // namespace

Result<LogFile> LogFile::open(const std::string& path, unsigned mode, const platform::PathPolicy& policy)
{
    auto opened = platform::AppendFile::open(path, static_cast<platform::Mode>(mode), policy);
    if (!opened) return std::unexpected(opened.error());
    const auto file = std::make_shared<platform::AppendFile>(std::move(*opened));
    return LogFile([file](std::string_view bytes) { return file->write(bytes); });
}

const std::string& LogFile::prefix()
{
    const auto now = platform::now().seconds;
    if (now != prefix_second_) {
        prefix_second_ = now;
        const auto local = platform::local_time(now);
        prefix_ = fmt::format("{:04}/{:02}/{:02} {:02}:{:02}:{:02} [{}] ", local.year, local.month, local.day,
                              local.hour, local.minute, local.second, platform::process_id());
    }
    return prefix_;
}

void LogFile::add(std::string_view lines)
{
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        if (line.empty()) continue;
        buffer_ += prefix();
        buffer_ += line;
        buffer_ += '\n';
    }
    if (buffer_.size() >= kBlock) flush();
}

void LogFile::flush()
{
    const std::string block = std::exchange(buffer_, {});
    if (block.empty() || write_error_) return;
    if (const Status written = write_(block); !written) write_error_ = written.error();
}

}  // namespace arsync::report
