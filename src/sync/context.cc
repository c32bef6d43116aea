#include "sync/context.h"

#include <utility>

#include "platform/attributes.h"
#include "platform/clock.h"
#include "sync/batch_recorder.h"

namespace arsync::sync {
namespace {

/// Events that may wait for their turn before workers hold back, per MiB of --max-memory; one takes about half a KiB.
constexpr std::uint64_t kEventsPerMebibyte = 128;

/// Long lists of names may take this share of --max-memory.
constexpr std::uint64_t kNameShare = 2;

std::size_t backlog_limit(const Limits& limits)
{
    return static_cast<std::size_t>((memory_limit(limits) >> 20) * kEventsPerMebibyte + kEventsPerMebibyte);
}

ComparePolicy for_alternates(ComparePolicy policy)
{
    policy.selection.existing_only = policy.selection.ignore_existing = false;
    policy.comparison.update = false;
    policy.comparison.most.reset();
    policy.comparison.least.reset();
    return policy;
}

}  // namespace

Context::Context(const Job& the_job, Observer& the_observer, const platform::ProcessFacts& facts,
                 const Scheduler::Workers& workers)
    : job(the_job),
      process(facts),
      compare_policy{the_job.selection,
                     the_job.comparison,
                     {.wanted = the_job.preservation,
                      .privileged = the_job.rights.fake_destination || the_job.rights.super.value_or(facts.privileged),
                      .link_modes = platform::attribute_support().link_modes,
                      .umask = facts.umask}},
      alternate_policy(for_alternates(compare_policy)),
      wants_items(the_observer.wants_items()),
      wants_unchanged(the_observer.wants_unchanged()),
      wants_skips(the_observer.wants_skips()),
      wants_long_names(the_observer.wants_long_names()),
      wants_second_attempts(the_observer.wants_second_attempts()),
      wants_rules(the_observer.wants_rules()),
      progress(std::make_shared<Progress>()),
      sequencer(the_observer),
      name_memory(memory_limit(the_job.limits) / kNameShare),
      scheduler(workers, volumes,
                [this, limit = backlog_limit(the_job.limits)] { return sequencer.backlog() > limit; }),
      handles(facts.descriptors, workers.most, [this] { scheduler.shortage(); }),
      prefetch(*progress, workers.helpers),
      links(the_job.links.follow(), wants_items),
      sides(the_job.writing.partial_dir, the_job.paths),
      user_map(the_job.mapping.users, the_job.mapping.numeric ? NameOfId() : platform::user_name),
      group_map(the_job.mapping.groups, the_job.mapping.numeric ? NameOfId() : platform::group_name),
      start_time(platform::now())
{
    if (job.batch.written) recorder = std::make_unique<BatchRecorder>(*this);
    if (job.writing.bytes_per_second > 0) pace = std::make_unique<RateLimit>(job.writing.bytes_per_second, cancelled);
}

Context::~Context() = default;

bool Context::may_set_group(platform::GroupId group) const
{
    return acts_as_super_user() || platform::is_member_of(group);
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
    if (surveying) survey_doubts.fetch_add(1, std::memory_order_relaxed);
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

void Context::tell_rule(Segment* segment, const rules::FilterContext& filters, const std::string& path,
                        platform::FileType type, rules::Side side, rules::Verdict verdict)
{
    if (!wants_rules || surveying || verdict == rules::Verdict::NoMatch) return;
    const bool excludes = verdict == rules::Verdict::Exclude;
    const auto kind = side == rules::Side::Sender ? (excludes ? NoticeKind::RuleHides : NoticeKind::RuleShows)
                                                  : (excludes ? NoticeKind::RuleProtects : NoticeKind::RuleRisks);
    sequencer.add(segment,
                  NoticeEvent{.kind = kind,
                              .path = path,
                              .type = type,
                              .text = filters.deciding_pattern(path, type == platform::FileType::Directory, side)});
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
