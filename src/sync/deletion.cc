#include "sync/deletion.h"

#include <algorithm>
#include <ranges>
#include <vector>

#include "platform/attributes.h"
#include "platform/listing.h"
#include "sync/filters.h"

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
            if (context_.cancelled) return Removal::Kept;
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
        if (is_directory && !empty_child(directory, name, path, filters)) {
            // In rsync the attempt counts against --max-delete.
            if (!limit_reached()) context_.deletions.fetch_add(1, std::memory_order_relaxed);
            return Removal::Kept;
        }
        if (limit_reached()) {
            context_.troubles.deletions_over_limit.fetch_add(1, std::memory_order_relaxed);
            return Removal::Kept;
        }
        if (!context_.job.dry_run) {
            const auto removed = is_directory ? directory.remove_directory(name) : directory.unlink(name);
            if (!removed && !removed.error().is(std::errc::no_such_file_or_directory)) {
                context_.fail(segment_, removed.error(), absolute(path));
                return Removal::Kept;
            }
        }
        context_.deletions.fetch_add(1, std::memory_order_relaxed);
        context_.progress->deleted.add(type);
        context_.sequencer.add(segment_, DeletedEvent{path, type});
        return Removal::Done;
    }

private:
    static void sort_for_deletion(std::vector<platform::ListedName>& names)
    {
        std::ranges::sort(names, [](const auto& a, const auto& b) {
            return comes_before(b.name, b.type == FileType::Directory, a.name, a.type == FileType::Directory);
        });
    }

    bool empty_child(const platform::Directory& directory, NameView name, const std::string& path,
                     const Filters& filters)
    {
        const auto facts = directory.stat(name);
        if (facts && facts->mount_root) {
            context_.notice(segment_, NoticeKind::MountPointKept, path, FileType::Directory);
            return false;
        }
        // What an ordinary user may not enter or change he may still delete, if it is his own.
        const auto open_to_owner = static_cast<platform::Mode>(facts ? facts->mode | 0700 : 0700);
        if (facts && !context_.process.privileged && !context_.job.dry_run && facts->mode != open_to_owner)
            static_cast<void>(platform::set_mode({directory, name}, open_to_owner));
        const auto child = context_.handles.with_room([&] { return directory.open_directory(name); });
        if (!child) {
            context_.fail(segment_, child.error(), absolute(path));
            return false;
        }
        const auto inside = enter(*child, path, filters);
        if (inside && empty(*child, path, *inside) == Removal::Done) return true;
        if (inside && !context_.cancelled)
            context_.notice(segment_, NoticeKind::DirectoryNotEmpty, path, FileType::Directory);
        return false;
    }

    /// The rules inside `path`; nullopt, and told, if a merge file there cannot be understood.
    std::optional<Filters> enter(const platform::Directory& directory, const std::string& path, const Filters& filters)
    {
        return enter_filters(context_, filters, path, {&directory}, segment_);
    }

    [[nodiscard]] bool limit_reached() const
    {
        const auto& limit = context_.job.deletion.limit;
        return limit && context_.deletions.load(std::memory_order_relaxed) >= *limit;
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
    std::erase_if(names, [&](const auto& entry) { return list.contains(entry.name); });
    if (names.empty() || !deletion_allowed(context, segment)) return;
    std::ranges::sort(names, [](const auto& a, const auto& b) {
        return comes_before(b.name, b.type == FileType::Directory, a.name, a.type == FileType::Directory);
    });
    Remover remover(context, segment, root_path(node));
    for (const auto& entry : names) {
        if (context.cancelled) return;
        if (remover.remove(directory, entry.name, entry.type, joined_path(path, entry.name), filters,
                           rules::Side::Receiver) == Removal::Done)
            node.touched = true;
    }
}

bool make_way(Context& context, DirectoryNode& node, const platform::Directory& directory, NameView name,
              const std::string& path, Segment* segment)
{
    const auto absolute = [&] { return joined_path(node.destination_path(), name); };
    const auto child = context.handles.with_room([&] { return directory.open_directory(name); });
    if (!child) {
        context.fail(segment, child.error(), absolute());
        return false;
    }
    const auto& deletion = context.job.deletion;
    const auto content = platform::Listing::read(*child);
    bool empty = !content.failure() && content.names().empty();
    const bool may_empty = deletion.force || deletion.moment != DeleteMoment::Never;
    if (!empty && !content.failure() && may_empty && deletion_allowed(context, segment))
        empty = Remover(context, segment, root_path(node)).empty(*child, path, nullptr) == Removal::Done;
    if (!empty) {
        context.notice(segment, NoticeKind::DirectoryNotEmpty, path, FileType::Directory);
        context.fail_message(segment, "could not make way for new item: \"" + absolute() + "\"");
        return false;
    }
    if (context.job.dry_run) return true;
    if (const auto removed = directory.remove_directory(name); !removed) {
        context.fail(segment, removed.error(), absolute());
        return false;
    }
    return true;
}

}  // namespace arsync::sync
