#include "sync/operand_sources.h"

#include <memory>
#include <utility>

#include "platform/directory.h"
#include "platform/volume.h"
#include "sync/source_facts.h"

namespace arsync::sync {

using platform::Directory;
using platform::FileType;

std::string below(const std::string& base, const std::string& path)
{
    if (path.empty()) return base;
    return base.ends_with('/') ? base + path : base + "/" + path;
}

Result<Directory> OperandSources::open_directory(const std::string& path, bool listed) const
{
    const auto& selection = context_.job.selection;
    auto opened = selection.names && !selection.relative ? Directory::open_root(path, listed_name_policy(context_.job))
                                                         : Directory::open_root(path);
    if (!opened || !context_.job.reading.leaves_access_times) return opened;
    opened->leave_access_times();
    return listed ? opened->reopened() : std::move(opened);
}

std::optional<std::size_t> OperandSources::open(const std::string& directory, bool listed)
{
    auto& node = *root_.work->node;
    auto opened = open_directory(directory, listed);
    auto held = opened ? std::make_shared<const SourceDirectory>(std::move(*opened)) : nullptr;
    const auto facts = held ? source_facts(context_, *held) : std::unexpected(opened.error());
    if (!facts) {
        context_.fail(segment_, facts.error(), platform::absolute_path(directory));
        root_.complete = false;
        return std::nullopt;
    }
    if (platform::absolute_path(directory) == "/") context_.second_way = platform::second_way_to_root();
    const auto index = node.source_count();
    auto& source = node.add_source();
    source.root_path = platform::absolute_path(directory);
    source.leaves_access_times = context_.job.reading.leaves_access_times;
    source.typed_path = directory;
    root_.work->sources.push_back(std::move(held));
    source.handle.hold(root_.work->sources.back(), facts->identity);
    facts_.push_back(*facts);
    return index;
}

void OperandSources::take_contents(std::size_t index)
{
    auto& source = root_.work->node->source_at(index);
    if (source.contents) return;
    source.contents = true;
    source.device = source.handle.identity().device;
    context_.source_roots.insert(source.handle.identity());
    note_root(index);
    operands_.contents.push_back(index);
}

void OperandSources::note_root(std::size_t index)
{
    if (operands_.root) return;
    operands_.root = index;
    root_.work->node->source_metadata = facts_[index];
}

SelectedDirectory* OperandSources::tree(const std::string& directory, bool absolute)
{
    if (tree_ != nullptr && directory == tree_directory_ && absolute == tree_absolute_) return tree_;
    const auto index = open(directory, true);
    if (!index) return nullptr;
    auto& source = root_.work->node->source_at(*index);
    auto owned = std::make_shared<SelectedDirectory>();
    tree_ = owned.get();
    tree_source_ = *index;
    tree_directory_ = directory;
    tree_absolute_ = absolute;
    source.selected = tree_;
    source.absolute = absolute;
    context_.selections.push_back(std::move(owned));
    return tree_;
}

SelectedDirectory* OperandSources::way_to(SelectedDirectory& root, const RelativePath& path,
                                          const std::string& directory)
{
    const auto missing = context_.job.selection.missing;
    auto* at = &root;
    std::string way = directory;
    for (std::size_t i = 0; i + 1 < path.parts.size(); ++i) {
        way = below(way, path.parts[i]);
        if (at->directory(path.parts[i]) == nullptr) {
            const auto facts = platform::stat_path(way, true);
            if (!facts) {
                if (missing == MissingSource::Delete) {
                    tell_vanished(path, i, std::move(way));
                } else if (missing == MissingSource::Error) {
                    tell_missing(facts.error(), way);
                }
                return nullptr;
            }
        }
        at = &enter(*at, path.parts[i], way);
    }
    return at;
}

/// What is to be deleted below `way`, the first `missing` + 1 parts of `path`, cannot be: as in rsync each directory on
/// the way has gone, which is told once for names of one directory that follow each other.
void OperandSources::tell_vanished(const RelativePath& path, std::size_t missing, std::string way)
{
    for (auto i = missing;;) {
        if (!last_vanished_.starts_with(way + "/")) context_.vanished(segment_, platform::absolute_path(way));
        if (++i + 1 >= path.parts.size()) break;
        way = below(way, path.parts[i]);
    }
    last_vanished_ = way + "/";
}

SelectedDirectory& OperandSources::enter(SelectedDirectory& above, const std::string& name, const std::string& path)
{
    const bool known = above.directory(name) != nullptr;
    auto& directory = above.enter(name);
    if (known) return directory;
    const auto facts = platform::stat_path(path, false);
    directory.link = facts && facts->type == FileType::Symlink;
    return directory;
}

void OperandSources::tell_missing(const Error& error, const std::string& path)
{
    context_.sequencer.add(segment_, FailureEvent{cannot(error, path), false});
    context_.troubles.operand_missing = true;
}

}  // namespace arsync::sync
