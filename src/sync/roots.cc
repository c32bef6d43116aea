#include "sync/roots.h"

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "platform/directory.h"
#include "sync/attributes.h"
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

/// One source operand that exists.
struct Operand {
    std::string directory_path;  // what is opened: the directory itself, or the one that holds `name`
    std::optional<Name> name;
    Metadata metadata;
};

class RootOpener {
public:
    RootOpener(Context& context, Segment* segment) : context_(context), segment_(segment) {}

    std::expected<Root, RootFailure> open()
    {
        look_at_operands();
        root_.work = std::make_shared<DirectoryWork>();
        root_.work->source_filters = context_.job.selection.filters;
        root_.work->destination_filters = context_.job.selection.filters;
        if (operands_.empty()) {
            root_.work->node = DirectoryNode::make_root("");
            return std::move(root_);
        }
        if (auto failure = open_destination()) return std::unexpected(std::move(*failure));
        for (const auto& operand : operands_) add_source(operand);
        if (auto failure = check_same_directory()) return std::unexpected(std::move(*failure));
        note_root();
        return std::move(root_);
    }

private:

    void look_at_operands()
    {
        for (const auto& typed : context_.job.sources) {
            auto [directory, name] = split(typed);
            const auto facts = platform::stat_path(typed, !name.has_value());
            if (!facts) {
                context_.fail(segment_, facts.error(), platform::absolute_path(typed));
                continue;
            }
            if (name) {
                operands_.push_back({std::move(directory), std::move(name), *facts});
            } else if (facts->type == FileType::Directory && !context_.job.selection.recurse) {
                context_.notice(segment_, NoticeKind::SkippedDirectory, ".", FileType::Directory);
            } else {
                operands_.push_back({typed, std::nullopt, *facts});
            }
        }
    }

    /// Nothing but one item that is no directory: it may get the destination as its name.
    bool is_single_item() const
    {
        return operands_.size() == 1 && context_.job.sources.size() == 1 && operands_.front().name &&
               operands_.front().metadata.type != FileType::Directory;
    }

    std::optional<RootFailure> open_destination()
    {
        const auto& typed = context_.job.destination;
        const auto facts = platform::stat_path(typed.empty() ? "." : typed, true);
        if (facts && facts->type == FileType::Directory) return open_existing(typed.empty() ? "." : typed);
        if (!facts && !facts.error().is(std::errc::no_such_file_or_directory))
            return RootFailure{Ending::BadSelection, cannot(facts.error(), typed)};
        const auto [directory, name] = split(typed);
        if (is_single_item() && name) {
            item_name_ = name;
            if (auto failed = open_existing(directory)) {
                if (!context_.job.dry_run) return failed;
                return pretend(directory);
            }
            return std::nullopt;
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
        work.node = DirectoryNode::make_root(platform::absolute_path(path));
        work.node->state = state;
        work.node->destination_metadata = work.node->found = facts;
        work.destination = std::make_shared<const Directory>(std::move(directory));
        work.node->destination_handle().hold(work.destination, facts.identity);
        context_.destination_root = facts.identity;
    }

    /// A dry run goes on as if the destination had been made.
    std::optional<RootFailure> pretend(const std::string& path)
    {
        root_.work->node = DirectoryNode::make_root(platform::absolute_path(path));
        root_.work->node->state = DestinationState::Absent;
        return std::nullopt;
    }

    std::optional<RootFailure> make_destination(const std::string& path)
    {
        context_.notice(segment_, NoticeKind::CreatedDestination, path, FileType::Directory);
        if (context_.job.dry_run) return pretend(path);
        const auto [directory, name] = split(path);
        const auto parent = Directory::open_root(directory);
        if (!parent || !name) {
            const auto error = parent ? Error{Operation::MakeDirectory, ENOENT} : parent.error();
            return RootFailure{Ending::DestinationFailed,
                               cannot({Operation::MakeDirectory, error.code}, path)};
        }
        const auto mode = static_cast<platform::Mode>(0777 & ~context_.process.umask);
        if (const auto made = parent->make_directory(*name, mode); !made)
            return RootFailure{Ending::DestinationFailed, cannot(made.error(), path)};
        auto opened = parent->open_directory(*name);
        if (!opened) return RootFailure{Ending::DestinationFailed, cannot(opened.error(), path)};
        const auto facts = opened->stat();
        if (!facts) return RootFailure{Ending::DestinationFailed, cannot(facts.error(), path)};
        hold_destination(std::move(*opened), *facts, path, DestinationState::Created);
        return std::nullopt;
    }

    void add_source(const Operand& operand)
    {
        auto& node = *root_.work->node;
        auto opened = Directory::open_root(operand.directory_path);
        if (!opened) {
            context_.fail(segment_, opened.error(), platform::absolute_path(operand.directory_path));
            context_.troubles.source_unlisted = true;
            return;
        }
        const auto facts = opened->stat();
        if (!facts) return context_.fail(segment_, facts.error(), platform::absolute_path(operand.directory_path));
        const auto index = node.source_count();
        auto& source = node.add_source();
        source.root_path = platform::absolute_path(operand.directory_path);
        source.device = operand.name ? 0 : facts->identity.device;
        root_.work->sources.push_back(std::make_shared<const Directory>(std::move(*opened)));
        source.handle.hold(root_.work->sources.back(), facts->identity);
        if (operand.name) {
            root_.work->list.add_operand(*operand.name, operand.metadata.type, static_cast<std::uint32_t>(index),
                                         item_name_);
        } else {
            if (root_.contents.empty()) node.source_metadata = *facts;
            root_.contents.push_back(index);
        }
    }

    std::optional<RootFailure> check_same_directory()
    {
        auto& node = *root_.work->node;
        for (const auto index : root_.contents) {
            if (node.state != DestinationState::Absent &&
                node.source_at(index).handle.identity() == context_.destination_root)
                return RootFailure{Ending::BadSelection, "source and destination are the same directory: \"" +
                                                             node.source_path(index) + "\""};
        }
        return std::nullopt;
    }

    /// The contents of a directory bring its attributes along.
    void note_root()
    {
        if (root_.contents.empty()) return;
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
        const auto source = read_extended(*work.sources[root_.contents.front()], FileType::Directory, context_);
        const auto present = read_extended(*work.destination, FileType::Directory, context_);
        if (source && present) add_extended_changes(*source, *present, context_.job.preservation, changes);
    }

    Context& context_;
    Segment* segment_;
    std::vector<Operand> operands_;
    std::optional<Name> item_name_;
    Root root_;
};

}  // namespace

std::expected<Root, RootFailure> open_roots(Context& context, Segment* segment)
{
    return RootOpener(context, segment).open();
}

}  // namespace arsync::sync
