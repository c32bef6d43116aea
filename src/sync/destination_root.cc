#include "sync/destination_root.h"

#include <algorithm>
#include <string>
#include <utility>

#include "platform/directory.h"
#include "platform/listing.h"
#include "sync/creation.h"
#include "sync/folded_names.h"
#include "sync/selection.h"
#include "sync/source_links.h"

namespace arsync::sync {
namespace {

using platform::Directory;
using platform::FileType;
using platform::Metadata;

std::string without_trailing_slashes(std::string path)
{
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

class DestinationOpener {
public:
    DestinationOpener(Context& context, Root& root, const Operands& operands, Segment* segment)
        : context_(context), root_(root), operands_(operands), segment_(segment)
    {
    }

    std::optional<RootFailure> open()
    {
        const std::string typed = context_.job.destination.empty() ? "." : context_.job.destination;
        const auto facts = platform::stat_path(typed, true);
        if (facts && facts->type == FileType::Directory) return open_existing(typed);
        const bool only_missing = root_.work->list.entries().empty() && !root_.takes_part;
        // Nothing is there to be deleted.
        if (!facts && only_missing && operands_.count == 1 && !typed.ends_with('/')) {
            root_.named = true;
            return pretend(typed);
        }
        if (!facts && !facts.error().is(std::errc::no_such_file_or_directory))
            return RootFailure{context_.job.make_destination ? Ending::DestinationFailed : Ending::BadSelection,
                               cannot(facts.error(), typed)};
        const bool is_directory = is_single_item() && !root_.work->list.entries().empty() &&
                                  root_.work->list.entries().front().type == FileType::Directory;
        const auto [directory, name] = split_path(typed);
        if (is_single_item() && name && !(facts && is_directory)) {
            rename_only_item(*name);
            if (context_.job.make_destination) {
                if (auto failure = make_path(directory, directory)) return failure;
            }
            auto failed = open_existing(directory);
            const bool would_be_made = is_directory && !context_.job.selection.existing_only;
            if (failed && would_be_made && !failed->untrusted) failed->ending = Ending::DestinationFailed;
            // Only what --mkpath would have made is taken as there.
            const bool taken_as_there = context_.job.dry_run && context_.job.make_destination;
            return failed && !failed->untrusted && taken_as_there ? pretend(directory) : failed;
        }
        if (facts)
            return RootFailure{Ending::BadSelection,
                               operands_.count == 1
                                   ? "destination is not a directory: \"" + platform::absolute_path(typed) + "\""
                                   : "destination must be a directory when copying more than 1 file"};
        if (context_.job.make_destination) {
            const auto path = without_trailing_slashes(typed);
            const auto to_make = is_root_alone() && !typed.ends_with('/') ? split_path(path).directory : path;
            if (auto failure = make_path(to_make, to_make)) return failure;
            if (to_make == path && !context_.job.dry_run) return open_existing(typed);
        } else if (is_root_alone() && !typed.ends_with('/')) {
            if (auto failure = require_directory_above(typed)) return failure;
        }
        root_.named = is_root_alone() && !typed.ends_with('/');
        if (root_.named && context_.job.selection.existing_only) return leave_out(without_trailing_slashes(typed));
        return make_destination(without_trailing_slashes(typed));
    }

    std::optional<RootFailure> open_for_nothing()
    {
        // At a replay rsync does not even look.
        if (!context_.job.batch.read) {
            if (auto failure = look_for_nothing()) return failure;
        }
        if (root_.work->destination) return std::nullopt;
        const std::string typed = context_.job.destination.empty() ? "." : context_.job.destination;
        const auto facts = platform::stat_path(typed, true);
        const bool directory = typed.ends_with('/') || (facts && facts->type == FileType::Directory);
        return pretend(directory ? without_trailing_slashes(typed) : split_path(typed).directory);
    }

private:
    /// Nothing but one item without contents: it may get the destination as its name.
    bool is_single_item() const
    {
        const auto& entries = root_.work->list.entries();
        if (root_.takes_part || operands_.count != 1 || entries.size() + root_.work->missing.size() != 1) return false;
        return entries.empty() || entries.front().type != FileType::Directory || is_empty(entries.front());
    }

    /// "./" is all that is sent, and told as an item.
    bool is_root_alone() const
    {
        return root_.work->list.entries().empty() && root_.takes_part && operands_.count == 1;
    }

    bool is_empty(const Entry& entry) const
    {
        const auto* selected = selected_directory(*root_.work->node, entry);
        if (selected != nullptr && (selected->implied || selected->link)) return false;
        if (selected != nullptr ? !selected->contents : !context_.job.selection.recurse) return true;
        const auto opened =
            open_shown_directory(context_, *root_.work->node, *root_.work->sources[entry.source], entry.name);
        if (!opened) return false;
        if (opened->directory.on_disk() == nullptr) return opened->directory.is_empty();
        const std::string prefix(entry.name.view());
        const auto excluded = [&](const platform::ListedName& name) {
            return root_.work->source_filters->check(joined_path(prefix, name.name), name.type == FileType::Directory,
                                                     rules::Side::Sender) == rules::Verdict::Exclude;
        };
        bool empty = true;
        const auto listed = platform::list_names(*opened->directory.on_disk(), [&](const auto& names) {
            empty = std::ranges::all_of(names, excluded);
            return empty;
        });
        return listed && empty;
    }

    void rename_only_item(const Name& name)
    {
        if (root_.work->list.entries().empty()) {
            root_.work->missing.front().destination_name = name;
        } else {
            root_.work->list.rename_only_entry(name);
        }
    }

    /// "DEST/" is made all the same, of "DEST" only the directory above counts, which --mkpath makes.
    std::optional<RootFailure> look_for_nothing()
    {
        const auto& typed = context_.job.destination;
        if (typed.empty()) return std::nullopt;
        const auto facts = platform::stat_path(typed, true);
        if (facts) return look_at_way_to(typed);
        const bool in_the_way = facts.error().is(std::errc::not_a_directory) && context_.job.make_destination;
        if (!facts.error().is(std::errc::no_such_file_or_directory) && !in_the_way)
            return RootFailure{Ending::BadSelection, cannot(facts.error(), typed)};
        if (typed.ends_with('/') && !context_.job.make_destination)
            return make_destination(without_trailing_slashes(typed));
        if (!context_.job.make_destination) return require_directory_above(typed);
        return make_path(split_path(typed).directory, without_trailing_slashes(typed));
    }

    std::optional<RootFailure> require_directory_above(const std::string& path)
    {
        const auto directory = split_path(path).directory;
        const auto facts = platform::stat_path(directory, true);
        if (facts) return look_at_way_to(directory);
        return RootFailure{Ending::BadSelection, cannot(facts.error(), directory)};
    }

    /// Refuses a directory that is there, but behind a link that is not trusted.
    std::optional<RootFailure> look_at_way_to(const std::string& path) const
    {
        const auto opened = open_typed(path);
        if (opened || opened.error().operation != Operation::PassLink) return std::nullopt;
        return unreachable(opened.error(), path);
    }

    /// --mkpath: makes what is missing of `path`; `shown` is what it is told to be for.
    std::optional<RootFailure> make_path(const std::string& path, const std::string& shown)
    {
        std::uint64_t made = 0;
        for (std::size_t end = 0; end < path.size();) {
            end = std::min(path.find('/', end + 1), path.size());
            const auto so_far = path.substr(0, end);
            const auto facts = platform::stat_path(so_far, true);
            if (facts && facts->type == FileType::Directory) continue;
            if (!facts && !facts.error().is(std::errc::no_such_file_or_directory))
                return RootFailure{Ending::DestinationFailed, cannot(facts.error(), so_far)};
            if (auto failure = make_component(so_far)) return failure;
            ++made;
        }
        if (made > 0) context_.notice(segment_, NoticeKind::CreatedDestination, shown, FileType::Directory, made);
        return std::nullopt;
    }

    std::optional<RootFailure> make_component(const std::string& path) const
    {
        if (context_.job.dry_run) return std::nullopt;
        const auto [directory, name] = split_path(path);
        if (!name) return std::nullopt;  // "." or "..", which come with what is above
        const auto parent = open_typed(directory);
        const auto made = parent ? parent->make_directory(*name, plain_directory_mode(context_, *parent))
                                 : std::unexpected(parent.error());
        if (made) return std::nullopt;
        return unreachable(made.error(), path);
    }

    /// Of the destination's path, --confine-root asks nothing.
    [[nodiscard]] Result<Directory> open_typed(const std::string& path) const
    {
        return Directory::open_root(path, context_.job.paths.unconfined());
    }

    /// A link on the way that is not trusted means that the destination was not well chosen, whatever was tried.
    static RootFailure unreachable(const Error& error, const std::string& path)
    {
        const bool untrusted = error.operation == Operation::PassLink;
        return {untrusted ? Ending::BadSelection : Ending::DestinationFailed,
                cannot(untrusted ? error : Error{Operation::MakeDirectory, error.code}, path), untrusted};
    }

    std::optional<RootFailure> open_existing(const std::string& path)
    {
        auto opened = open_typed(path);
        if (!opened)
            return RootFailure{Ending::BadSelection, cannot(opened.error(), path),
                               opened.error().operation == Operation::PassLink};
        const auto facts = opened->stat();
        if (!facts) return RootFailure{Ending::BadSelection, cannot(facts.error(), path)};
        hold_destination(std::move(*opened), *facts, path, DestinationState::Existed);
        return std::nullopt;
    }

    void hold_destination(Directory directory, const Metadata& facts, const std::string& path, DestinationState state)
    {
        auto& work = *root_.work;
        work.node->set_destination_root(platform::absolute_path(path));
        work.node->state = state;
        work.node->destination_metadata = work.node->found = facts;
        work.destination = std::make_shared<const Directory>(std::move(directory));
        work.node->destination_handle().hold(work.destination, facts.identity);
        work.node->names_fold = names_fold(*work.destination, *work.node);
        context_.destination_root = facts.identity;
    }

    /// A dry run goes on as if the destination had been made.
    std::optional<RootFailure> pretend(const std::string& path)
    {
        root_.work->node->set_destination_root(platform::absolute_path(path));
        root_.work->node->state = DestinationState::Absent;
        return std::nullopt;
    }

    /// --existing, and the destination would be a new name for the only item.
    std::optional<RootFailure> leave_out(const std::string& path)
    {
        root_.takes_part = false;
        context_.progress->found.add(FileType::Directory);
        if (const auto name = split_path(path).name; name && context_.wants_skips)
            context_.notice(segment_, NoticeKind::NotCreated, name->str(), FileType::Directory);
        return pretend(path);
    }

    std::optional<RootFailure> make_destination(const std::string& path)
    {
        const auto tell_created = [&] {
            if (!root_.named) context_.notice(segment_, NoticeKind::CreatedDestination, path, FileType::Directory);
        };
        if (context_.job.dry_run) {
            tell_created();
            return pretend(path);
        }
        const auto [directory, name] = split_path(path);
        const auto parent = open_typed(directory);
        if (!parent) return unreachable(parent.error(), path);
        if (!name) return unreachable({Operation::Open, static_cast<int>(std::errc::no_such_file_or_directory)}, path);
        root_.work->node->default_acl_decided = has_default_acl(*parent);
        const auto mode = plain_directory_mode(context_, *parent);
        if (const auto made = parent->make_directory(*name, mode); !made)
            return RootFailure{Ending::DestinationFailed, cannot(made.error(), path)};
        tell_created();
        auto opened = parent->open_directory(*name);
        if (!opened) return RootFailure{Ending::DestinationFailed, cannot(opened.error(), path)};
        const auto facts = opened->stat();
        if (!facts) return RootFailure{Ending::DestinationFailed, cannot(facts.error(), path)};
        hold_destination(std::move(*opened), *facts, path, DestinationState::Created);
        return std::nullopt;
    }

    Context& context_;
    Root& root_;
    const Operands& operands_;
    Segment* segment_;
};

}  // namespace

std::optional<RootFailure> open_destination(Context& context, Root& root, const Operands& operands, Segment* segment)
{
    return DestinationOpener(context, root, operands, segment).open();
}

std::optional<RootFailure> open_destination_of_nothing(Context& context, Root& root, const Operands& operands,
                                                       Segment* segment)
{
    return DestinationOpener(context, root, operands, segment).open_for_nothing();
}

}  // namespace arsync::sync
