#include "sync/roots.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "platform/directory.h"
#include "platform/listing.h"
#include "platform/volume.h"
#include "sync/attributes.h"
#include "sync/file_flags.h"
#include "sync/folded_names.h"
#include "sync/subdirectory.h"

namespace arsync::sync {
namespace {

using platform::Directory;
using platform::FileType;
using platform::Metadata;

/// A path cut into the directory that holds its last component, and that component.
struct SplitPath {
    std::string directory;
    std::optional<Name> name;  // nullopt: the path ends in "/", "." or "..", it means a directory's contents
};

SplitPath split(const std::string& path)
{
    const auto slash = path.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    return {directory, Name::make(slash == std::string::npos ? path : path.substr(slash + 1))};
}

std::string without_trailing_slashes(std::string path)
{
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

/// One source operand that exists and takes part.
struct Operand {
    std::string directory_path;  // what is opened: the directory itself, or the one that holds `name`
    std::optional<Name> name;
    Metadata metadata;
};

class RootOpener {
public:
    RootOpener(Context& context, Segment* segment) : context_(context), segment_(segment)
    {
        root_.work = std::make_shared<DirectoryWork>();
        root_.work->node = DirectoryNode::make_root();
        root_.work->source_filters = context_.job.selection.filters;
        const auto& filters = context_.job.deletion.filters;
        root_.work->destination_filters = filters ? filters : context_.job.selection.filters;
    }

    std::expected<Root, RootFailure> open()
    {
        look_at_operands();
        for (const auto& operand : operands_) add_source(operand);
        if (!list_contents()) return std::move(root_);
        if (root_.work->sources.empty()) return std::move(root_);
        if (auto failure = open_destination()) return std::unexpected(std::move(*failure));
        if (auto failure = check_same_directory()) return std::unexpected(std::move(*failure));
        enter_destination();
        note_root();
        return std::move(root_);
    }

private:
    [[nodiscard]] bool recurse() const { return context_.job.selection.recurse; }

    void look_at_operands()
    {
        for (const auto& typed : context_.job.sources) {
            auto [directory, name] = split(typed);
            const auto facts = platform::stat_path(typed, !name.has_value());
            if (!facts) {
                context_.sequencer.add(segment_, FailureEvent{cannot(facts.error(), typed), false});
                context_.troubles.operand_missing = true;
                // rsync goes on deleting if just a name is missing, but not if the directory to be read is.
                if (!name || !platform::stat_path(directory, true)) root_.complete = false;
                continue;
            }
            const bool is_directory = facts->type == FileType::Directory;
            if (is_directory && !recurse()) {
                context_.notice(segment_, NoticeKind::SkippedDirectory, name ? name->str() : ".", FileType::Directory);
                continue;
            }
            if (name && context_.job.selection.filters->check(name->str(), is_directory, rules::Side::Sender) ==
                            rules::Verdict::Exclude)
                continue;
            operands_.push_back({name ? std::move(directory) : typed, std::move(name), *facts});
        }
    }

    void add_source(const Operand& operand)
    {
        auto& node = *root_.work->node;
        auto opened = Directory::open_root(operand.directory_path);
        const auto facts = opened ? opened->stat() : std::unexpected(opened.error());
        if (!facts) {
            context_.fail(segment_, facts.error(), platform::absolute_path(operand.directory_path));
            root_.complete = false;
            return;
        }
        if (!operand.name) context_.source_roots.push_back(facts->identity);
        if (platform::absolute_path(operand.directory_path) == "/")
            context_.second_way = platform::second_way_to_root();
        if (operand.name && operand.metadata.type == FileType::Directory)
            context_.source_roots.push_back(operand.metadata.identity);
        const auto index = node.source_count();
        auto& source = node.add_source();
        source.root_path = platform::absolute_path(operand.directory_path);
        source.device = operand.name ? 0 : facts->identity.device;
        root_.work->sources.push_back(std::make_shared<const Directory>(std::move(*opened)));
        source.handle.hold(root_.work->sources.back(), facts->identity);
        if (operand.name) {
            root_.work->list.add_operand(*operand.name, operand.metadata.type, static_cast<std::uint32_t>(index));
        } else {
            if (contents_.empty()) node.source_metadata = *facts;
            contents_.push_back(index);
        }
    }

    /// False if a merge file cannot be understood.
    bool list_contents()
    {
        auto& work = *root_.work;
        root_.has_contents = !contents_.empty();
        if (root_.has_contents) {
            std::vector<const Directory*> directories;
            for (const auto index : contents_) directories.push_back(work.sources[index].get());
            auto inside = enter_filters(context_, work.source_filters, "", directories, segment_);
            if (!inside) return false;
            work.source_filters = std::move(*inside);
        }
        for (const auto index : contents_) {
            root_.complete = list_source(context_, *work.node, index, "", *work.source_filters, segment_, work.list) &&
                             root_.complete;
        }
        work.list.finish();
        work.incomplete = !root_.complete;
        if (!root_.complete) context_.doubt();
        return true;
    }

    /// Nothing but one item without contents: it may get the destination as its name.
    bool is_single_item() const
    {
        const auto& entries = root_.work->list.entries();
        if (root_.has_contents || operands_.size() != 1 || entries.size() != 1) return false;
        return entries.front().type != FileType::Directory || is_empty(entries.front());
    }

    bool is_empty(const Entry& entry) const
    {
        const auto directory = root_.work->sources[entry.source]->open_directory(entry.name);
        if (!directory) return false;
        const auto listing = platform::Listing::read(*directory);
        const std::string prefix(entry.name.view());
        return !listing.failure() && std::ranges::all_of(listing.names(), [&](const platform::ListedName& name) {
            return root_.work->source_filters->check(joined_path(prefix, name.name), name.type == FileType::Directory,
                                                     rules::Side::Sender) == rules::Verdict::Exclude;
        });
    }

    std::optional<RootFailure> open_destination()
    {
        const std::string typed = context_.job.destination.empty() ? "." : context_.job.destination;
        const auto facts = platform::stat_path(typed, true);
        if (facts && facts->type == FileType::Directory) return open_existing(typed);
        if (!facts && !facts.error().is(std::errc::no_such_file_or_directory))
            return RootFailure{Ending::BadSelection, cannot(facts.error(), typed)};
        const bool is_directory = is_single_item() && root_.work->list.entries().front().type == FileType::Directory;
        const auto [directory, name] = split(is_directory ? without_trailing_slashes(typed) : typed);
        if (is_single_item() && name && !(facts && is_directory)) {
            root_.work->list.rename_only_entry(*name);
            auto failed = open_existing(directory);
            if (failed && is_directory) failed->ending = Ending::DestinationFailed;
            return failed && context_.job.dry_run ? pretend(directory) : failed;
        }
        if (facts)
            return RootFailure{Ending::BadSelection,
                               operands_.size() == 1
                                   ? "destination is not a directory: \"" + platform::absolute_path(typed) + "\""
                                   : "destination must be a directory when copying more than 1 file"};
        return make_destination(without_trailing_slashes(typed));
    }

    static std::string cannot(const Error& error, const std::string& path)
    {
        return "cannot " + std::string(verb(error.operation)) + " \"" + platform::absolute_path(path) +
               "\": " + error.reason();
    }

    std::optional<RootFailure> open_existing(const std::string& path)
    {
        auto opened = Directory::open_root(path);
        if (!opened) return RootFailure{Ending::BadSelection, cannot(opened.error(), path)};
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

    std::optional<RootFailure> make_destination(const std::string& path)
    {
        const auto tell_created = [&] {
            if (root_.work->list.entries().empty()) return;  // "./" alone is told as an item
            context_.notice(segment_, NoticeKind::CreatedDestination, path, FileType::Directory);
        };
        if (context_.job.dry_run) {
            tell_created();
            return pretend(path);
        }
        const auto [directory, name] = split(path);
        const auto parent = Directory::open_root(directory);
        if (!parent || !name) {
            const int code = parent ? static_cast<int>(std::errc::no_such_file_or_directory) : parent.error().code;
            return RootFailure{Ending::DestinationFailed, cannot({Operation::MakeDirectory, code}, path)};
        }
        const auto mode = static_cast<platform::Mode>(0777 & ~context_.process.umask);
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

    std::optional<RootFailure> check_same_directory()
    {
        auto& node = *root_.work->node;
        for (const auto index : contents_) {
            if (node.state != DestinationState::Absent &&
                node.source_at(index).handle.identity() == context_.destination_root)
                return RootFailure{Ending::BadSelection, "source and destination are the same directory: \"" +
                                                             node.source_path(index) + "\""};
        }
        return std::nullopt;
    }

    void enter_destination()
    {
        auto& work = *root_.work;
        if (work.destination && work.node->state == DestinationState::Existed)
            work.node->unlocked = unlock(context_, *work.destination, work.node->found);
        if (root_.has_contents && context_.job.deletion.moment != DeleteMoment::Never && work.destination) {
            auto inside = enter_filters(context_, work.destination_filters, "", {work.destination.get()}, segment_);
            if (inside) work.destination_filters = std::move(*inside);
        }
    }

    /// The contents of a directory bring its attributes along.
    void note_root()
    {
        if (contents_.empty()) return;
        auto& node = *root_.work->node;
        node.keeps_attributes = true;
        const bool created = node.state != DestinationState::Existed;
        Changes changes;
        if (created) {
            changes.add(Change::Created);
            context_.progress->created.add(FileType::Directory);
        } else {
            changes = compare(node.source_metadata, &node.destination_metadata, context_.compare_policy,
                              context_.may_set_group(node.source_metadata.group), SameValue::Yes)
                          .changes;
            add_root_extended(changes);
            node.attributes_differ = !changes.none();
        }
        note_directory(context_, node, ".", created, changes);
    }

    void add_root_extended(Changes& changes)
    {
        auto& work = *root_.work;
        if (!wants_extended(context_.job.preservation, FileType::Directory)) return;
        const auto source = read_extended(context_, *work.sources[contents_.front()]);
        const auto present = read_extended(context_, *work.destination);
        if (source && present) add_extended_changes(*source, *present, context_.job.preservation, changes);
    }

    Context& context_;
    Segment* segment_;
    std::vector<Operand> operands_;
    std::vector<std::size_t> contents_;  // indices of the sources that give their contents
    Root root_;
};

}  // namespace

std::expected<Root, RootFailure> open_roots(Context& context, Segment* segment)
{
    return RootOpener(context, segment).open();
}

}  // namespace arsync::sync
