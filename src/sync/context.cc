#include "sync/context.h"

#include <utility>

#include "platform/attributes.h"

namespace arsync::sync {
namespace {

/// Events that may wait for their turn before workers hold back, per MiB of --max-memory; one takes about half a KiB.
constexpr std::uint64_t kEventsPerMebibyte = 512;
constexpr std::uint64_t kDefaultMemory = std::uint64_t{64} << 20;

std::size_t backlog_limit(const Limits& limits)
{
    const auto memory = limits.memory == 0 ? kDefaultMemory : limits.memory;
    return static_cast<std::size_t>((memory >> 20) * kEventsPerMebibyte + kEventsPerMebibyte);
}

}  // namespace

Context::Context(const Job& the_job, Observer& the_observer, const platform::ProcessFacts& facts, unsigned worker_count)
    : job(the_job),
      process(facts),
      compare_policy{the_job.selection,
                     the_job.comparison,
                     {.wanted = the_job.preservation,
                      .privileged = facts.privileged,
                      .link_modes = platform::attribute_support().link_modes,
                      .umask = facts.umask}},
      wants_items(the_observer.wants_items()),
      wants_unchanged(the_observer.wants_unchanged()),
      wants_skips(the_observer.wants_skips()),
      progress(std::make_shared<Progress>()),
      sequencer(the_observer),
      scheduler(worker_count, volumes,
                [this, limit = backlog_limit(the_job.limits)] { return sequencer.backlog() > limit; }),
      handles(facts.descriptors, worker_count)
{
}

bool Context::may_set_group(platform::GroupId group) const
{
    return process.privileged || platform::is_member_of(group);
}

void Context::directory_listed()
{
    if (unlisted.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    const auto elapsed = std::chrono::steady_clock::now() - start;
    list_nanoseconds = static_cast<std::uint64_t>(std::chrono::nanoseconds(elapsed).count());
    progress->walk_complete = true;
}

void Context::doubt()
{
    (surveying ? survey_failed : troubles.source_unlisted) = true;
}

void Context::fail(Segment* segment, const Error& error, const std::string& path)
{
    auto message = "cannot " + std::string(verb(error.operation)) + " \"" + path + "\": " + error.reason();
    if (const auto advice = platform::advice(error); !advice.empty()) message.append("; ").append(advice);
    fail_message(segment, std::move(message));
}

void Context::fail_message(Segment* segment, std::string message)
{
    troubles.partial = true;
    progress->failures.fetch_add(1, std::memory_order_relaxed);
    sequencer.add(segment, FailureEvent{std::move(message), false});
}

void Context::vanished(Segment* segment, const std::string& path)
{
    troubles.vanished = true;
    progress->failures.fetch_add(1, std::memory_order_relaxed);
    sequencer.add(segment, FailureEvent{"file has vanished: \"" + path + "\"", true});
}

void Context::fail_source(Segment* segment, const Error& error, const std::string& path)
{
    if (error.is(std::errc::no_such_file_or_directory)) {
        vanished(segment, path);
    } else {
        fail(segment, error, path);
    }
}

void Context::notice(Segment* segment, NoticeKind kind, std::string path, platform::FileType type, std::uint64_t count)
{
    sequencer.add(segment, NoticeEvent{kind, std::move(path), type, count});
}

void Progress::ByType::add(platform::FileType type)
{
    using platform::FileType;
    switch (type) {
        case FileType::Directory: ++directories; return;
        case FileType::Symlink: ++links; return;
        case FileType::CharacterDevice:
        case FileType::BlockDevice: ++devices; return;
        case FileType::Fifo:
        case FileType::Socket: ++specials; return;
        default: ++regular;
    }
}

std::uint64_t Progress::ByType::total() const
{
    return regular + directories + links + devices + specials;
}

}  // namespace arsync::sync
