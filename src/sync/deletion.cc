#include "sync/deletion.h"

#include <algorithm>
#include <ranges>
#include <vector>

#include "platform/listing.h"
#include "sync/filters.h"
#include "sync/folded_names.h"
#include "sync/remover.h"
#include "sync/survey.h"

namespace arsync::sync {
namespace {

using platform::FileType;

bool is_empty(Context& context, const platform::Directory& directory, NameView name)
{
    const auto child = context.handles.with_room([&] { return directory.open_directory(name); });
    if (!child) return false;
    const auto filled = platform::has_names(*child);
    return filled && !*filled;
}

bool is_in_source(Context& context, const DirectoryWork& work, NameView name, FileType type, Segment* segment)
{
    if (!work.list.contains(name)) return false;
    if (context.wants_rules && work.destination_filters) {
        const auto path = joined_path(work.path, name);
        const auto& filters = *work.destination_filters;
        context.tell_rule(segment, filters, path, type, rules::Side::Receiver,
                          filters.check(path, type == FileType::Directory, rules::Side::Receiver));
    }
    return true;
}

/// Leaves the names that are not the source's, however they are spelled.
void drop_other_spellings(Context& context, const DirectoryWork& work, NameList& present, Segment* segment)
{
    auto& entries = present.entries();
    const auto missing = names_not_listed(work.list, entries);
    std::erase_if(entries,
                  [&](const Entry& entry) { return is_in_source(context, work, entry.name, entry.type, segment); });
    if (!missing.empty() && !entries.empty()) spare_other_spellings(*work.destination, missing, entries);
}

/// The same where the source's list was cut: the source is asked for these names. False if it cannot be listed.
bool drop_what_source_has(Context& context, DirectoryWork& work, NameList& present, Segment* segment)
{
    std::vector<NameView> names;
    names.reserve(present.entries().size());
    for (const auto& entry : present.entries()) names.push_back(entry.name);
    std::ranges::sort(names);
    SourceList here;
    here.look_only_for(names);
    if (!list_source(context, *work.node, 0, work.path, *work.source_filters, segment, here)) return false;
    here.finish();
    drop_pruned(context, here, work.path);
    std::erase_if(present.entries(), [&](const Entry& entry) { return here.contains(entry.name); });
    return true;
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

Extraneous find_extraneous(Context& context, DirectoryWork& work, std::optional<ListPlace> after, Segment* segment)
{
    // Where names fold, or rules are told, it is all or nothing.
    const bool folds = work.node->names_fold;
    const bool source_known = !work.list.cut() && !work.listed_later;
    NameList present(NameOrder::Removal);
    if (!folds && !context.wants_rules) present.limit(context.name_memory, std::move(after), ListCopies::Surplus);
    const auto listed = platform::list_names(*work.destination, [&](auto& names) {
        std::erase_if(names, [&](const auto& entry) {
            if (!present.takes(entry.name, entry.type == FileType::Directory)) return true;
            return !folds && source_known && is_in_source(context, work, entry.name, entry.type, segment);
        });
        present.add(names, 0);
        return true;
    });
    if (!listed) {
        context.fail(segment, listed.error(), work.node->destination_path());
        return {};
    }
    if (folds) drop_other_spellings(context, work, present, segment);
    if (!source_known && !drop_what_source_has(context, work, present, segment)) return {};
    present.sort();
    Extraneous found;
    found.names.reserve(present.entries().size());
    for (const auto& entry : present.entries()) found.names.push_back({Name(entry.name), entry.type});
    found.cut = present.cut();
    return found;
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
