#include "sync/remover.h"

#include <utility>

#include "platform/attributes.h"
#include "sync/backup.h"
#include "sync/deletion.h"
#include "sync/file_flags.h"

namespace arsync::sync {
namespace {

using platform::Directory;
using platform::FileType;

/// Levels above the one worked on that stay open.
constexpr std::size_t kOpenLevels = 24;

}  // namespace

Remover::Remover(Context& context, Segment* segment, DirectoryNode& node, Of of)
    : context_(context), segment_(segment), node_(node), of_(of), destination_(node.root().destination_path())
{
}

bool Remover::is_protected(const std::string& path, FileType type, const Filters& filters, rules::Side side) const
{
    if (!filters) return false;
    const auto verdict = filters->check(path, type == FileType::Directory, side);
    context_.tell_rule(segment_, *filters, path, type, side, verdict);
    return verdict == rules::Verdict::Exclude;
}

Remover::Removal Remover::remove(const Directory& directory, NameView name, FileType type, const std::string& path,
                                 const Filters& filters, rules::Side side)
{
    if (type == FileType::Unknown) {
        if (const auto facts = directory.stat(name)) type = facts->type;
    }
    const bool is_directory = type == FileType::Directory;
    if (is_protected(path, type, filters, side)) return Removal::Kept;
    if (!is_directory) return remove_leaf(directory, name, type, path);
    return empty_child(directory, name, path, filters) ? remove_emptied(directory, name, path) : Removal::Kept;
}

bool Remover::empty_child(const Directory& directory, NameView name, const std::string& path, const Filters& filters)
{
    path_ = path;
    emptied_ = false;
    if (!enter(directory, name, filters)) return false;
    while (!levels_.empty()) {
        auto& level = levels_.back();
        // Asked each time: a merge file that cannot be read raises a doubt on the way.
        if (level.next == level.names.entries().size() && level.names.cut() && level.directory)
            list(level, level.names.cut());
        if (level.next == level.names.entries().size() || !level.directory) {
            leave();
        } else if (of_ == Of::Destination && !deletion_allowed(context_, segment_)) {
            level.kept = true;
            level.forget_names();
        } else {
            remove_next(level);
        }
    }
    return emptied_;
}

void Remover::list(Level& level, std::optional<ListPlace> after)
{
    level.forget_names();
    level.names.limit(context_.name_memory, std::move(after));
    const auto listed = platform::list_names(*level.directory, [&level](auto& names) {
        std::erase_if(names, [&](const auto& entry) {
            return !level.names.takes(entry.name, entry.type == FileType::Directory);
        });
        level.names.add(names, 0);
        return true;
    });
    level.names.sort();
    if (listed) return;
    context_.fail(segment_, listed.error(), absolute(path_));
    level.kept = true;
    level.forget_names();
}

void Remover::remove_next(Level& level)
{
    auto& next = level.names.entries()[level.next++];
    if (next.type == FileType::Unknown) {
        if (const auto facts = level.directory->stat(next.name)) next.type = facts->type;
    }
    const bool is_directory = next.type == FileType::Directory;
    path_ += '/';
    path_ += next.name.view();
    const auto filters = level.filters;
    if (is_protected(path_, next.type, filters, rules::Side::ReceiverInDeleted)) {
        level.kept = true;
    } else if (!is_directory) {
        if (remove_leaf(*level.directory, next.name, next.type, path_) == Removal::Kept) level.kept = true;
    } else if (enter(*level.directory, next.name, filters)) {
        return;  // there is a new level, and `level` may have moved
    } else {
        level.kept = true;
    }
    path_.resize(level.path_length);
}

/// Opens and lists the directory `name`, whose path is path_, as a new level.
bool Remover::enter(const Directory& directory, NameView name, const Filters& filters)
{
    platform::Metadata facts;
    auto child = open_child(directory, name, facts);
    if (!child) return false;
    Level level{.name = Name(name),
                .flags = facts.flags,
                .directory = std::move(child),
                .identity = facts.identity,
                .filters = nullptr,
                .names = NameList(NameOrder::Removal),
                .path_length = path_.size()};
    auto inside = enter_filters(context_, filters, path_, {&*level.directory}, segment_);
    if (inside) {
        level.entered = true;
        level.filters = std::move(*inside);
        list(level, std::nullopt);
    } else {
        level.kept = true;
    }
    if (levels_.size() >= kOpenLevels) levels_[levels_.size() - kOpenLevels].directory.reset();
    levels_.push_back(std::move(level));
    return true;
}

/// The last level is done with: removed from the one above it, if it is empty.
void Remover::leave()
{
    auto level = std::move(levels_.back());
    levels_.pop_back();
    if (level.kept && level.entered && !context_.cancelled)
        context_.notice(segment_, NoticeKind::DirectoryNotEmpty, path_, FileType::Directory);
    if (levels_.empty()) {
        emptied_ = !level.kept;
    } else {
        auto& above = levels_.back();
        if (!above.directory && level.directory) reopen_above(*level.directory);
        if (!level.kept && above.directory) {
            if (remove_emptied(*above.directory, level.name, path_) == Removal::Kept) above.kept = true;
        } else {
            above.kept = true;
            try_kept(level.entered);
        }
        path_.resize(above.path_length);
    }
    if (level.kept && level.directory && platform::locking_flags(level.flags) != 0 && !context_.job.dry_run &&
        context_.job.writing.force_change)
        static_cast<void>(platform::set_flags(*level.directory, level.flags));
}

/// rsync tries all the same to remove a directory that is not empty, below one that is to go, and says so once more; a
/// dry run takes it for deleted.
void Remover::try_kept(bool entered)
{
    if (!take_from_limit()) {
        context_.troubles.deletions_over_limit.fetch_add(1, std::memory_order_relaxed);
    } else if (context_.job.dry_run) {
        static_cast<void>(told(FileType::Directory, path_));
    } else {
        give_back_to_limit();
        if (entered && !context_.cancelled)
            context_.notice(segment_, NoticeKind::DirectoryNotEmpty, path_, FileType::Directory);
    }
}

/// Somebody may have moved `child` meanwhile: then what is above it is not the directory that it was in, and nothing
/// more is removed there.
void Remover::reopen_above(const Directory& child)
{
    auto& above = levels_.back();
    auto opened = context_.handles.with_room([&] { return child.open_parent(); });
    const auto facts = opened ? opened->stat() : std::unexpected(opened.error());
    if (facts && facts->identity == above.identity) {
        above.directory = std::move(*opened);
        return;
    }
    const Error moved{Operation::Open, static_cast<int>(std::errc::no_such_file_or_directory)};
    const auto path = std::string_view(path_).substr(0, above.path_length);
    context_.fail(segment_, facts ? moved : facts.error(), absolute(std::string(path)));
    above.kept = true;
    above.forget_names();
}

std::optional<Directory> Remover::open_child(const Directory& directory, NameView name, platform::Metadata& facts)
{
    const auto found = directory.stat(name);
    if (!found) {
        context_.fail(segment_, found.error(), absolute(path_));
        return std::nullopt;
    }
    facts = *found;
    if (facts.mount_root) {
        context_.notice(segment_, NoticeKind::MountPointKept, path_, FileType::Directory);
        return std::nullopt;
    }
    if (context_.source_roots.contains(facts.identity)) {
        context_.fail_message(segment_,
                              "source is inside the destination and is not deleted: \"" + absolute(path_) + "\"");
        return std::nullopt;
    }
    static_cast<void>(unlock(context_, {directory, name}, facts));
    // What an ordinary user may not enter or change he may still delete, if it is his own.
    const auto open_to_owner = static_cast<platform::Mode>(facts.mode | 0700);
    if (!context_.process.privileged && !context_.job.dry_run && facts.mode != open_to_owner)
        static_cast<void>(platform::set_mode({directory, name}, open_to_owner));
    auto child = context_.handles.with_room([&] { return directory.open_directory(name); });
    if (!child) {
        context_.fail(segment_, child.error(), absolute(path_));
        return std::nullopt;
    }
    return std::move(*child);
}

Remover::Removal Remover::remove_leaf(const Directory& directory, NameView name, FileType type, const std::string& path)
{
    const auto& backup = context_.job.backup;
    const bool is_kept = backup.wanted && of_ == Of::Destination && !is_backup_name(context_.job, name);
    if (!take_from_limit()) {
        context_.troubles.deletions_over_limit.fetch_add(1, std::memory_order_relaxed);
        return Removal::Kept;
    }
    if (is_kept) {
        if (!keep_backup(context_, segment_, {node_, directory, name, path}, BackupWay::Move)) return Removal::Kept;
    } else if (!context_.job.dry_run) {
        const auto removed = unlink(directory, name, false);
        if (!removed && !removed.error().is(std::errc::no_such_file_or_directory)) {
            context_.fail(segment_, removed.error(), absolute(path));
            return Removal::Kept;
        }
    }
    return told(type, path);
}

Remover::Removal Remover::remove_emptied(const Directory& directory, NameView name, const std::string& path)
{
    if (!take_from_limit()) {
        context_.troubles.deletions_over_limit.fetch_add(1, std::memory_order_relaxed);
        return Removal::Kept;
    }
    if (!context_.job.dry_run) {
        const auto removed = unlink(directory, name, true);
        const bool filled = !removed && removed.error().is(std::errc::directory_not_empty);
        if (filled) {
            // Somebody made something in it, or backups are kept there.
            give_back_to_limit();
            context_.notice(segment_, NoticeKind::DirectoryNotEmpty, path, FileType::Directory);
            return Removal::Kept;
        }
        if (!removed && !removed.error().is(std::errc::no_such_file_or_directory)) {
            context_.fail(segment_, removed.error(), absolute(path));
            return Removal::Kept;
        }
    }
    return told(FileType::Directory, path);
}

Remover::Removal Remover::told(FileType type, const std::string& path)
{
    if (of_ == Of::Destination && counts_) context_.progress->deleted.add(type);
    context_.sequencer.add(segment_, DeletedEvent{path, type});
    return Removal::Done;
}

/// --force-change: what is immutable is unlocked first, once the system has refused.
Status Remover::unlink(const Directory& directory, NameView name, bool is_directory) const
{
    const auto attempt = [&] { return is_directory ? directory.remove_directory(name) : directory.unlink(name); };
    const auto removed = attempt();
    if (removed || !context_.job.writing.force_change) return removed;
    const auto facts = directory.stat(name);
    if (!facts || platform::locking_flags(facts->flags) == 0) return removed;
    const UnlockedName unlocked(context_, directory, name, *facts);
    auto again = attempt();
    again ? unlocked.gone() : unlocked.kept();
    return again;
}

/// Counts a deletion; false if --max-delete leaves none.
bool Remover::take_from_limit()
{
    if (of_ == Of::Backups) return true;
    const auto before = context_.deletions.fetch_add(1, std::memory_order_relaxed);
    const auto& limit = context_.job.deletion.limit;
    if (!limit || before < *limit) return true;
    give_back_to_limit();
    return false;
}

void Remover::give_back_to_limit()
{
    if (of_ != Of::Backups) context_.deletions.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace arsync::sync
