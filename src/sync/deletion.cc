#include "sync/deletion.h"

#include <algorithm>
#include <ranges>
#include <vector>

#include "platform/attributes.h"
#include "platform/listing.h"
#include "sync/file_flags.h"
#include "sync/filters.h"
#include "sync/folded_names.h"

namespace arsync::sync {
namespace {

using platform::FileType;

enum class Removal : std::uint8_t { Done, Kept };

/// One deletion with all below it.
class Remover {
public:
    Remover(Context& context, Segment* segment, std::string destination)
        : context_(context), segment_(segment), destination_(std::move(destination))
    {
    }

    /// Removes everything in `directory` that no rule protects, last name first.
    Removal empty(const platform::Directory& directory, const std::string& path, const Filters& filters)
    {
        auto listing = platform::Listing::read(directory);
        if (listing.failure()) {
            context_.fail(segment_, *listing.failure(), absolute(path));
            return Removal::Kept;
        }
        sort_for_deletion(listing.names());
        auto result = Removal::Done;
        for (const auto& entry : listing.names()) {
            // Asked each time: a merge file that cannot be read raises a doubt on the way.
            if (!deletion_allowed(context_, segment_)) return Removal::Kept;
            if (remove(directory, entry.name, entry.type, joined_path(path, entry.name), filters,
                       rules::Side::ReceiverInDeleted) == Removal::Kept)
                result = Removal::Kept;
        }
        return result;
    }

    Removal remove(const platform::Directory& directory, NameView name, FileType type, const std::string& path,
                   const Filters& filters, rules::Side side)
    {
        if (type == FileType::Unknown) {
            if (const auto facts = directory.stat(name)) type = facts->type;
        }
        const bool is_directory = type == FileType::Directory;
        if (filters && filters->check(path, is_directory, side) == rules::Verdict::Exclude) return Removal::Kept;
        const bool emptied = !is_directory || empty_child(directory, name, path, filters);
        if (!emptied) {
            // In rsync the attempt counts against --max-delete.
            static_cast<void>(take_from_limit());
            return Removal::Kept;
        }
        if (!take_from_limit()) {
            context_.troubles.deletions_over_limit.fetch_add(1, std::memory_order_relaxed);
            return Removal::Kept;
        }
        if (!context_.job.dry_run) {
            const auto removed = unlink(directory, name, is_directory);
            if (!removed && !removed.error().is(std::errc::no_such_file_or_directory)) {
                context_.fail(segment_, removed.error(), absolute(path));
                return Removal::Kept;
            }
        }
        context_.progress->deleted.add(type);
        context_.sequencer.add(segment_, DeletedEvent{path, type});
        return Removal::Done;
    }

private:
    /// --force-change: what is immutable is unlocked first, once the system has refused.
    [[nodiscard]] Status unlink(const platform::Directory& directory, NameView name, bool is_directory) const
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

    static void sort_for_deletion(std::vector<platform::ListedName>& names)
    {
        std::ranges::sort(names, [](const auto& a, const auto& b) {
            return comes_before(b.name, b.type == FileType::Directory, a.name, a.type == FileType::Directory);
        });
    }

public:
    /// Empties the directory `name`; false, and told, if something stays. Mount points and the source are not entered.
    bool empty_child(const platform::Directory& directory, NameView name, const std::string& path,
                     const Filters& filters)
    {
        if (!context_.job.writing.force_change) return empty_unlocked(directory, name, path, filters);
        const auto before = directory.stat(name);
        const bool emptied = empty_unlocked(directory, name, path, filters);
        if (!emptied && before && platform::locking_flags(before->flags) != 0 && !context_.job.dry_run)
            static_cast<void>(platform::set_flags({directory, name}, before->flags));
        return emptied;
    }

private:
    bool empty_unlocked(const platform::Directory& directory, NameView name, const std::string& path,
                        const Filters& filters)
    {
        const auto child = open_child(directory, name, path);
        if (!child) return false;
        const auto inside = enter(*child, path, filters);
        if (inside && empty(*child, path, *inside) == Removal::Done) return true;
        if (inside && !context_.cancelled)
            context_.notice(segment_, NoticeKind::DirectoryNotEmpty, path, FileType::Directory);
        return false;
    }

    std::optional<platform::Directory> open_child(const platform::Directory& directory, NameView name,
                                                  const std::string& path)
    {
        const auto facts = directory.stat(name);
        if (!facts) {
            context_.fail(segment_, facts.error(), absolute(path));
            return std::nullopt;
        }
        if (facts->mount_root) {
            context_.notice(segment_, NoticeKind::MountPointKept, path, FileType::Directory);
            return std::nullopt;
        }
        if (std::ranges::find(context_.source_roots, facts->identity) != context_.source_roots.end()) {
            context_.fail_message(segment_,
                                  "source is inside the destination and is not deleted: \"" + absolute(path) + "\"");
            return std::nullopt;
        }
        static_cast<void>(unlock(context_, {directory, name}, *facts));
        // What an ordinary user may not enter or change he may still delete, if it is his own.
        const auto open_to_owner = static_cast<platform::Mode>(facts->mode | 0700);
        if (!context_.process.privileged && !context_.job.dry_run && facts->mode != open_to_owner)
            static_cast<void>(platform::set_mode({directory, name}, open_to_owner));
        auto child = context_.handles.with_room([&] { return directory.open_directory(name); });
        if (!child) {
            context_.fail(segment_, child.error(), absolute(path));
            return std::nullopt;
        }
        return std::move(*child);
    }

    /// The rules inside `path`; nullopt, and told, if a merge file there cannot be understood.
    std::optional<Filters> enter(const platform::Directory& directory, const std::string& path, const Filters& filters)
    {
        return enter_filters(context_, filters, path, {&directory}, segment_);
    }

    /// Counts a deletion; false if --max-delete leaves none.
    [[nodiscard]] bool take_from_limit()
    {
        const auto before = context_.deletions.fetch_add(1, std::memory_order_relaxed);
        const auto& limit = context_.job.deletion.limit;
        if (!limit || before < *limit) return true;
        context_.deletions.fetch_sub(1, std::memory_order_relaxed);
        return false;
    }

    [[nodiscard]] std::string absolute(const std::string& path) const { return destination_ + "/" + path; }

    Context& context_;
    Segment* segment_;
    std::string destination_;  // absolute path of the transfer root
};

std::string root_path(const DirectoryNode& node)
{
    const DirectoryNode* root = &node;
    while (root->parent()) root = root->parent().get();
    return root->destination_path();
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

void delete_extraneous(Context& context, DirectoryNode& node, const platform::Directory& directory,
                       const std::string& path, const SourceList& list,
                       const std::shared_ptr<const rules::FilterContext>& filters, Segment* segment)
{
    auto listing = platform::Listing::read(directory);
    if (listing.failure()) {
        context.fail(segment, *listing.failure(), node.destination_path());
        return;
    }
    auto& names = listing.names();
    const auto missing = node.names_fold ? names_not_listed(list, names) : std::vector<NameView>();
    std::erase_if(names, [&](const auto& entry) { return list.contains(entry.name); });
    if (!missing.empty() && !names.empty()) spare_other_spellings(directory, missing, names);
    if (names.empty() || !deletion_allowed(context, segment)) return;
    std::ranges::sort(names, [](const auto& a, const auto& b) {
        return comes_before(b.name, b.type == FileType::Directory, a.name, a.type == FileType::Directory);
    });
    Remover remover(context, segment, root_path(node));
    for (const auto& entry : names) {
        if (!deletion_allowed(context, segment)) return;
        if (remover.remove(directory, entry.name, entry.type, joined_path(path, entry.name), filters,
                           rules::Side::Receiver) == Removal::Done)
            node.touched = true;
    }
}

bool make_way(Context& context, DirectoryNode& node, const platform::Directory& directory, NameView name,
              const std::string& path, const Filters& filters, Segment* segment)
{
    const auto absolute = [&] { return joined_path(node.destination_path(), name); };
    if (!context.job.dry_run) {
        if (directory.remove_directory(name)) return true;  // it was empty
    } else if (const auto child = directory.open_directory(name); child) {
        const auto content = platform::Listing::read(*child);
        if (!content.failure() && content.names().empty()) return true;
    }
    const auto& deletion = context.job.deletion;
    const bool may_empty = deletion.force || deletion.moment != DeleteMoment::Never;
    Remover remover(context, segment, root_path(node));
    bool empty = false;
    if (may_empty && deletion_allowed(context, segment)) {
        empty = remover.empty_child(directory, name, path, filters);
    } else {
        context.notice(segment, NoticeKind::DirectoryNotEmpty, path, FileType::Directory);
    }
    if (empty && context.job.dry_run) return true;
    const auto removed = empty ? directory.remove_directory(name) : Status{};
    if (empty && removed) return true;
    if (!removed) context.fail(segment, removed.error(), absolute());
    context.fail_message(segment, "could not make way for new item: \"" + absolute() + "\"");
    return false;
}

}  // namespace arsync::sync
