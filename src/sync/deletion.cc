#include "sync/deletion.h"

#include <algorithm>
#include <ranges>
#include <vector>

#include "platform/listing.h"
#include "sync/filters.h"
#include "sync/folded_names.h"
#include "sync/remover.h"

namespace arsync::sync {
namespace {

using platform::FileType;

bool is_empty(Context& context, const platform::Directory& directory, NameView name)
{
    const auto child = context.handles.with_room([&] { return directory.open_directory(name); });
    if (!child) return false;
    const auto listing = platform::Listing::read(*child);
    return !listing.failure() && listing.names().empty();
}

/// Whether directories that are in the way may be emptied.
bool may_empty(const Job& job)
{
    return job.deletion.force || job.deletion.moment != DeleteMoment::Never;
}

}  // namespace

bool deletion_allowed(Context& context, Segment* segment)
{
    if (context.troubles.rules_broken || context.cancelled) return false;
    if (context.job.deletion.ignore_errors || !context.troubles.source_unlisted) return true;
    context.troubles.partial = true;
    if (!context.troubles.deletion_skip_told.exchange(true)) context.notice(segment, NoticeKind::DeletionSkipped, "");
    return false;
}

std::vector<SurplusName> find_extraneous(Context& context, DirectoryNode& node, const platform::Directory& directory,
                                         const std::string& path, const SourceList& list, const Filters& filters,
                                         Segment* segment)
{
    auto listing = platform::Listing::read(directory);
    if (listing.failure()) {
        context.fail(segment, *listing.failure(), node.destination_path());
        return {};
    }
    auto& names = listing.names();
    const auto missing = node.names_fold ? names_not_listed(list, names) : std::vector<NameView>();
    std::erase_if(names, [&](const auto& entry) {
        if (!list.contains(entry.name)) return false;
        if (context.wants_rules && filters) {
            const std::string entry_path = joined_path(path, entry.name);
            context.tell_rule(segment, *filters, entry_path, entry.type, rules::Side::Receiver,
                              filters->check(entry_path, entry.type == FileType::Directory, rules::Side::Receiver));
        }
        return true;
    });
    if (!missing.empty() && !names.empty()) spare_other_spellings(directory, missing, names);
    std::ranges::sort(names, [](const auto& a, const auto& b) {
        return comes_before(b.name, b.type == FileType::Directory, a.name, a.type == FileType::Directory);
    });
    std::vector<SurplusName> surplus;
    surplus.reserve(names.size());
    for (const auto& entry : names) surplus.push_back({Name(entry.name), entry.type});
    return surplus;
}

bool remove_extraneous(Context& context, const DelayedDeletion& found, const platform::Directory& directory,
                       Segment* segment)
{
    Remover remover(context, segment, *found.node);
    bool removed = false;
    for (const auto& entry : found.names) {
        if (!deletion_allowed(context, segment)) break;
        if (remover.remove(directory, entry.name, entry.type, joined_path(found.path, entry.name), found.filters,
                           rules::Side::Receiver) == Remover::Removal::Done)
            found.node->touched = removed = true;
    }
    return removed;
}

void delete_missing(Context& context, DirectoryWork& work, Segment* segment)
{
    if (work.missing.empty() || !work.destination || work.node->state != DestinationState::Existed) return;
    Remover remover(context, segment, *work.node);
    if (context.job.deletion.moment == DeleteMoment::Never) remover.do_not_count();  // as rsync's statistics
    for (const auto& missing : work.missing) {
        if (context.cancelled) return;
        const auto facts = work.destination->stat(missing.target());
        if (!facts) continue;
        const auto path = joined_path(work.path, missing.target());
        const bool spared =
            facts->type == FileType::Directory && !may_make_way(context, *work.destination, missing.target());
        if (spared) {
            context.notice(segment, NoticeKind::DirectoryNotEmpty, path, FileType::Directory);
        } else if (remover.remove(*work.destination, missing.target(), facts->type, path, work.destination_filters,
                                  rules::Side::Receiver) == Remover::Removal::Done) {
            work.node->touched = true;
        }
    }
}

bool may_make_way(Context& context, const platform::Directory& directory, NameView name)
{
    return may_empty(context.job) || is_empty(context, directory, name);
}

bool make_way(Context& context, DirectoryNode& node, const platform::Directory& directory, NameView name,
              const std::string& path, const Filters& filters, Segment* segment)
{
    const auto absolute = [&] { return joined_path(node.destination_path(), name); };
    if (!context.job.dry_run) {
        if (directory.remove_directory(name)) return true;  // it was empty
    } else if (is_empty(context, directory, name)) {
        return true;
    }
    Remover remover(context, segment, node);
    bool empty = false;
    if (may_empty(context.job) && deletion_allowed(context, segment)) {
        empty = remover.empty_child(directory, name, path, filters);
    } else {
        context.notice(segment, NoticeKind::DirectoryNotEmpty, path, FileType::Directory);
    }
    if (empty && context.job.dry_run) return true;
    const auto removed = empty ? directory.remove_directory(name) : Status{};
    if (empty && removed) return true;
    if (!removed && removed.error().is(std::errc::directory_not_empty)) {
        context.notice(segment, NoticeKind::DirectoryNotEmpty, path, FileType::Directory);  // backups are kept in it
    } else if (!removed) {
        context.fail(segment, removed.error(), absolute());
    }
    context.fail_message(segment, "could not make way for new item: \"" + absolute() + "\"");
    return false;
}

}  // namespace arsync::sync
