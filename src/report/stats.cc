#include "report/stats.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "report/numbers.h"

namespace arsync::report {

namespace {

/// "10 (reg: 4, dir: 4, link: 1, special: 1)"; kinds of which there are none are left out.
std::string by_type(const sync::Progress::ByType& counts, NumberStyle style)
{
    const std::array<std::pair<std::string_view, std::uint64_t>, 5> kinds = {{
        {"reg", counts.regular.load()},
        {"dir", counts.directories.load()},
        {"link", counts.links.load()},
        {"dev", counts.devices.load()},
        {"special", counts.specials.load()},
    }};
    std::uint64_t total = 0;
    std::string list;
    for (const auto& [name, number] : kinds) {
        if (number == 0) continue;
        total += number;
        if (!list.empty()) list += ", ";
        list += fmt::format("{}: {}", name, format_count(number, style));
    }
    return list.empty() ? "0" : fmt::format("{} ({})", format_count(total, style), list);
}

double seconds(std::uint64_t nanoseconds)
{
    return static_cast<double>(nanoseconds) / 1e9;
}

}  // namespace

Traffic traffic(const sync::Progress& progress)
{
    return {progress.name_bytes.load() + progress.bytes_copied.load() - progress.bytes_matched.load(),
            progress.done.load()};
}

namespace {

/// Who reads a batch receives what who wrote it sent.
Traffic traffic_told(const sync::Progress& progress, const Settings& settings)
{
    const auto told = traffic(progress);
    return settings.from_batch ? Traffic{told.received, told.sent} : told;
}

}  // namespace

std::string format_stats(const sync::Outcome& outcome, const Settings& settings)
{
    const sync::Progress& progress = *outcome.progress;
    const NumberStyle style = settings.numbers;
    const auto [sent, received] = traffic_told(progress, settings);
    std::string text = "\n";
    const auto line = [&](std::string_view name, const std::string& value, std::string_view unit = "") {
        fmt::format_to(std::back_inserter(text), "{}: {}{}\n", name, value, unit);
    };
    line("Number of files", by_type(progress.found, style));
    line("Number of created files", by_type(progress.created, style));
    line("Number of deleted files", by_type(progress.deleted, style));
    line("Number of regular files transferred", format_count(progress.files_copied.load(), style));
    line("Total file size", format_size(progress.bytes_found.load(), style), " bytes");
    line("Total transferred file size", format_size(progress.bytes_to_copy.load(), style), " bytes");
    const auto matched = progress.bytes_matched.load();
    line("Literal data", format_size(progress.bytes_copied.load() - matched, style), " bytes");
    line("Matched data", format_size(matched, style), " bytes");
    line("File list size", "0");
    line("File list generation time", fmt::format("{:.3f}", seconds(outcome.list_nanoseconds)), " seconds");
    line("File list transfer time", "0.000", " seconds");
    line("Total bytes sent", format_size(sent, style));
    line("Total bytes received", format_size(received, style));
    return text;
}

std::string format_summary(const sync::Outcome& outcome, const Settings& settings)
{
    const sync::Progress& progress = *outcome.progress;
    const NumberStyle style = settings.numbers;
    const auto [sent, received] = traffic_told(progress, settings);
    const auto exchanged = static_cast<double>(sent + received);
    const double elapsed = seconds(outcome.elapsed_nanoseconds);
    const std::uint64_t size = progress.bytes_found.load();
    return fmt::format("\nsent {} bytes  received {} bytes  {} bytes/sec\ntotal size is {}  speedup is {}{}\n",
                       format_size(sent, style), format_size(received, style),
                       format_rate(elapsed > 0 ? exchanged / elapsed : 0, style), format_size(size, style),
                       format_ratio(exchanged > 0 ? static_cast<double>(size) / exchanged : 0, style),
                       settings.dry_run      ? " (DRY RUN)"
                       : settings.batch_only ? " (BATCH ONLY)"
                                             : "");
}

std::string format_log_summary(const sync::Outcome& outcome)
{
    const auto [sent, received] = traffic(*outcome.progress);
    return fmt::format("sent {} bytes  received {} bytes  total size {}", sent, received,
                       outcome.progress->bytes_found.load());
}

std::string format_methods(const sync::Progress& progress, NumberStyle style)
{
    const auto copied = [&](platform::CopyMethod method) {
        return progress.by_method[static_cast<std::size_t>(method)].load();
    };
    std::string text =
        fmt::format("Copied by: clone {}, {} {}, ", format_count(copied(platform::CopyMethod::Clone), style),
                    platform::kernel_copy_name(), format_count(copied(platform::CopyMethod::Kernel), style));
    if (const auto pipeline = copied(platform::CopyMethod::Pipeline); pipeline > 0)
        text += fmt::format("pipeline {}, ", format_count(pipeline, style));
    text += fmt::format("read/write {}", format_count(copied(platform::CopyMethod::ReadWrite), style));
    if (const int refusal = progress.clone_refusal.load(); refusal != 0)
        text += fmt::format(" (clone refused: {})", std::generic_category().message(refusal));
    if (const int refusal = progress.kernel_refusal.load(); refusal != 0)
        text +=
            fmt::format(" ({} refused: {})", platform::kernel_copy_name(), std::generic_category().message(refusal));
    if (const int refusal = progress.engine_refusal.load(); refusal != 0)
        text += fmt::format(" (io_uring refused: {})", std::generic_category().message(refusal));
    return text + "\n";
}

}  // namespace arsync::report
