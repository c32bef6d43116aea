#include "cli/performance_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "base/size.h"
#include "cli/number.h"
#include "platform/copy.h"
#include "platform/data_pipeline.h"

namespace arsync::cli {
namespace {

using platform::CopyPreference;
using platform::IoEngine;

constexpr unsigned kDeepestQueue = 256;
constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kLargestBuffer = std::uint64_t{64} << 20;

template <class Choice>
struct Named {
    const char* name;
    Choice choice;
};

constexpr Named<CopyPreference> kMethods[] = {{"auto", CopyPreference::Auto},
                                              {"clone", CopyPreference::Clone},
                                              {"kernel", CopyPreference::Kernel},
                                              {"readwrite", CopyPreference::ReadWrite}};
constexpr Named<IoEngine> kEngines[] = {
    {"auto", IoEngine::Auto}, {"uring", IoEngine::Uring}, {"threads", IoEngine::Threads}};

template <class Table>
std::vector<std::string> names_of(const Table& table)
{
    std::vector<std::string> names;
    for (const auto& entry : table) names.emplace_back(entry.name);
    return names;
}

template <class Table>
const auto* find_choice(const Table& table, const std::string& name)
{
    const auto found = std::ranges::find_if(table, [&](const auto& entry) { return entry.name == name; });
    return found == std::end(table) ? nullptr : &found->choice;
}

template <class Table>
Outcome choose(const Table& table, const std::string& value, const std::string& spelled,
               std::remove_cvref_t<decltype(table[0].choice)>& choice)
{
    const auto* found = find_choice(table, value);
    if (found == nullptr)
        return refuse(fmt::format("{} \"{}\" is not one of {}", spelled.substr(0, spelled.find('=')), value,
                                  fmt::join(names_of(table), ", ")));
    choice = *found;
    return {};
}

Outcome set_number(const std::string& value, const std::string& spelled, unsigned most, unsigned& number)
{
    const auto parsed = parse_number(value);
    if (!parsed || *parsed < 1 || *parsed > most)
        return refuse(fmt::format("{}: not a number from 1 to {}", spelled, most));
    number = static_cast<unsigned>(*parsed);
    return {};
}

Outcome set_buffer_size(Options& options, const std::string& value, const std::string& spelled)
{
    const auto size = parse_size(value).value_or(0);
    if (size < kPage || size > kLargestBuffer || size % kPage != 0)
        return refuse(fmt::format("{}: not a multiple of 4K from 4K to 64M", spelled));
    options.io.buffer_size = static_cast<std::size_t>(size);
    return {};
}

}  // namespace

Outcome apply_performance(Options& options, Special special, const std::string& value, const std::string& spelled)
{
    switch (special) {
        case Special::Jobs: return set_number(value, spelled, sync::kMostJobs, options.jobs);
        case Special::MaxMemory: options.max_memory = parse_size(value).value_or(0); return {};
        case Special::CopyMethod:
            if (value == platform::kernel_copy_name()) return choose(kMethods, "kernel", spelled, options.copy_method);
            return choose(kMethods, value, spelled, options.copy_method);
        case Special::Engine:
            if (auto chosen = choose(kEngines, value, spelled, options.io.engine); !chosen) return chosen;
            if (!platform::has_engine(options.io.engine))
                return refuse(fmt::format("{} {}: this system has no such engine", spelled, value));
            return {};
        case Special::QueueDepth: return set_number(value, spelled, kDeepestQueue, options.io.queue_depth);
        case Special::FilesInFlight: return set_number(value, spelled, sync::kMostJobs, options.files_in_flight);
        case Special::BufferSize: return set_buffer_size(options, value, spelled);
        default: return {};
    }
}

void set_performance(sync::Job& job, const Options& options)
{
    job.writing.method = options.copy_method;
    job.writing.io = options.io;
    if (options.drop_cache) job.writing.caching = platform::Caching::Once;
    job.limits.workers = options.jobs;
    job.limits.files_in_flight = options.files_in_flight;
    job.limits.memory = options.max_memory;
}

std::vector<std::string> copy_methods()
{
    return names_of(kMethods);
}

std::vector<std::string> io_engines()
{
    return names_of(kEngines);
}

}  // namespace arsync::cli
