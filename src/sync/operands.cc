#include "sync/operands.h"

#include <memory>
#include <utility>
#include <vector>

#include "platform/directory.h"
#include "platform/volume.h"
#include "sync/batch_replay.h"
#include "sync/selection.h"
#include "sync/source_facts.h"
#include "sync/source_links.h"

namespace arsync::sync {
namespace {

using platform::Directory;
using platform::FileType;
using platform::Metadata;

class OperandReader {
public:
    OperandReader(Context& context, Root& root, Segment* segment, Operands& operands)
        : context_(context), root_(root), segment_(segment), operands_(operands)
    {
    }

    std::optional<RootFailure> read()
    {
        const auto& names = selection().names;
        if (!names) {
            for (const auto& typed : context_.job.sources) add("", typed);
            return std::nullopt;
        }
        const auto& base = context_.job.sources.front();
        auto facts = platform::stat_path(base, true);
        if (facts && facts->type != FileType::Directory) facts = fail(Operation::Open, std::errc::not_a_directory);
        if (!facts) return RootFailure{Ending::BadSelection, cannot(facts.error(), base)};
        for (const auto& name : *names) add(base, contained_name(name));
        return std::nullopt;
    }

private:
    [[nodiscard]] const Selection& selection() const { return context_.job.selection; }
    [[nodiscard]] bool takes_directories() const { return selection().recurse || selection().directories; }

    void add(const std::string& base, const std::string& name)
    {
        if (selection().relative) {
            add_relative(base, name);
        } else {
            add_plain(base.empty() ? name : below(base, name));
        }
    }

    static std::string below(const std::string& base, const std::string& path)
    {
        if (path.empty()) return base;
        return base.ends_with('/') ? base + path : base + "/" + path;
    }

    /// Why a name of the list is not looked at: the way to it from `base` is not one that it may take.
    std::optional<Error> refused_way(const std::string& base, const std::string& way)
    {
        if (!selection().names) return std::nullopt;
        const auto policy = listed_name_policy(context_.job);
        if (policy.confined_to.empty() && (policy.any_links || way == ".")) return std::nullopt;
        // Names of one directory often follow each other.
        const auto known = std::pair(base, way);
        if (checked_way_ != known) {
            const auto from = Directory::open_root(base);
            const auto gone = from ? from->check_way(way, policy) : std::unexpected(from.error());
            refusal_.reset();
            if (!gone && gone.error().is(std::errc::too_many_symbolic_link_levels)) refusal_ = gone.error();
            checked_way_ = known;
        }
        return refusal_;
    }

    void add_plain(const std::string& path)
    {
        auto [directory, name] = split_path(path);
        if (const auto refused = refused_way(".", name ? directory : path)) return tell_refused(*refused, path);
        const auto facts = operand_facts(path, directory, name, 0);
        if (!facts) return missing_plain(facts.error(), path, directory, name);
        const bool is_directory = facts->type == FileType::Directory;
        if (name && is_excluded(name->str(), is_directory)) return;
        if (is_directory && !takes_directories()) return skip_directory(name ? name->str() : ".");
        ++operands_.count;
        if (!name) {
            const auto index = open_source(path, true);
            if (!index) return;
            auto& source = root_.work->node->source_at(*index);
            source.contents = true;
            source.device = source.handle.identity().device;
            context_.source_roots.insert(source.handle.identity());
            note_contents(*index);
            return;
        }
        // Names of one directory that follow each other share a handle.
        if (!plain_ || directory != plain_directory_) {
            plain_ = open_source(directory, false);
            plain_directory_ = directory;
        }
        if (!plain_) return;
        if (is_directory) context_.source_roots.insert(facts->identity);
        root_.work->list.add_operand(*name, facts->type, static_cast<std::uint32_t>(*plain_));
    }

    /// Of an operand, or of what it leads to where links are followed; `depth`: how many directories are above it.
    Result<Metadata> operand_facts(const std::string& path, const std::string& directory,
                                   const std::optional<Name>& name, std::size_t depth)
    {
        const auto& links = context_.job.links;
        auto facts = source_facts(context_, path, !name.has_value() || links.follow_all);
        if (!facts || facts->type != FileType::Symlink || !links.follow()) return facts;
        auto opened = Directory::open_root(directory);
        if (!opened) return facts;
        const SourceDirectory holder(std::move(*opened));
        auto link = list_link(context_, depth, holder, *name);
        if (link.unsafe_target)
            tell_unsafe(context_, segment_, NoticeKind::UnsafeCopied, name->str(), std::move(*link.unsafe_target));
        return std::move(link.facts);
    }

    void missing_plain(const Error& error, const std::string& path, const std::string& directory,
                       const std::optional<Name>& name)
    {
        // rsync goes on deleting if just a name is missing, but not if the directory to be read is.
        const auto above = platform::stat_path(directory, true);
        const bool just_a_name = name && above && above->type == FileType::Directory;
        if (!just_a_name || !is_missing(error)) root_.complete = false;
        if (!just_a_name || !take_missing(error)) return tell_missing(error, path);
        if (selection().missing != MissingSource::Delete) return;
        ++operands_.count;
        if (!is_excluded(name->str(), false)) root_.work->missing.push_back({*name, std::nullopt});
    }

    /// Whether a missing source is nothing to complain about.
    [[nodiscard]] bool take_missing(const Error& error) const
    {
        return selection().missing != MissingSource::Error && is_missing(error);
    }

    static bool is_missing(const Error& error) { return error.is(std::errc::no_such_file_or_directory); }

    void tell_missing(const Error& error, const std::string& path)
    {
        context_.sequencer.add(segment_, FailureEvent{cannot(error, path), false});
        context_.troubles.operand_missing = true;
    }

    /// What is there is not known: deletion stops.
    void tell_refused(const Error& error, const std::string& path)
    {
        root_.complete = false;
        tell_missing(error, path);
    }

    [[nodiscard]] bool is_excluded(const std::string& path, bool is_directory) const
    {
        return selection().filters->check(path, is_directory, rules::Side::Sender) == rules::Verdict::Exclude;
    }

    [[nodiscard]] bool is_base_excluded() const
    {
        return selection().filters->check_base(rules::Side::Sender) == rules::Verdict::Exclude;
    }

    void skip_directory(const std::string& shown)
    {
        context_.notice(segment_, NoticeKind::SkippedDirectory, shown, FileType::Directory);
    }

    void add_relative(const std::string& base, const std::string& typed)
    {
        auto path = split_relative(typed);
        // The base of "./NAME" is a directory as well.
        if (path.dotted && !path.parts.empty() && !takes_directories() && !std::exchange(base_skipped_, true))
            skip_directory(".");
        const auto directory = base.empty() ? path.base : path.base == "." ? base : below(base, path.base);
        std::string names;
        for (const auto& part : path.parts) names.append(names.empty() ? "" : "/").append(part);
        const auto full = path.parts.empty() ? directory : below(directory, names);
        const auto way = path.contents || path.parts.empty() ? names : split_path(names).directory;
        if (const auto refused = refused_way(directory, way.empty() ? "." : way)) return tell_refused(*refused, full);
        count_dotted_base(path);

        const auto look = [&](bool contents) {
            if (contents) return source_facts(context_, full, true);
            const auto [above, name] = split_path(full);
            return operand_facts(full, above, name, path.parts.size() - 1);
        };
        auto facts = look(path.contents || path.parts.empty());
        const bool is_unknown =
            !facts && facts.error().is(std::errc::filename_too_long) && !context_.job.links.follow_to_directories;
        if (path.contents && !path.parts.empty() && !is_unknown && !(facts && facts->type == FileType::Directory)) {
            path.contents = false;  // of what is no directory the slash means nothing
            facts = look(false);
        }
        if (!facts) return missing_relative(facts.error(), path, directory, names);
        const bool is_directory = facts->type == FileType::Directory;
        if (!path.parts.empty() && is_excluded(names, is_directory)) return note_dotted_base(path, directory);
        if (is_directory && !takes_directories())
            return skip_directory(names.empty() ? "." : path.absolute ? "/" + names : names);
        auto* root = tree(directory, path.absolute);
        if (root == nullptr) return;
        ++operands_.count;
        if (path.parts.empty()) return take_base_contents();
        if (brings_base(path)) note_root(tree_source_);
        auto* above = way_to(*root, path, directory);
        if (above == nullptr) return;
        const auto& last = path.parts.back();
        if (!is_directory) {
            above->others.emplace(last, facts->type);
            return;
        }
        auto& named = enter(*above, last, full);
        named.implied = false;
        named.contents = named.contents || path.contents || selection().recurse;
        if (named.contents) context_.source_roots.insert(facts->identity);
    }

    void missing_relative(const Error& error, const RelativePath& path, const std::string& directory,
                          const std::string& names)
    {
        const auto base = platform::stat_path(directory, true);
        if (!base || base->type != FileType::Directory) {
            root_.complete = false;
            return tell_missing(base ? error : base.error(), directory);
        }
        note_dotted_base(path, directory);
        if (!is_missing(error)) root_.complete = false;
        if (!take_missing(error)) return tell_missing(error, below(directory, names));
        if (selection().missing != MissingSource::Delete || path.parts.empty()) return;
        auto* root = tree(directory, path.absolute);
        auto* above = root != nullptr ? way_to(*root, path, directory) : nullptr;
        if (above == nullptr) return;
        ++operands_.count;
        if (!is_excluded(names, false)) above->missing.insert(path.parts.back());
    }

    /// Of "./NAME" the base takes part.
    [[nodiscard]] bool brings_base(const RelativePath& path) const
    {
        return path.dotted && !path.parts.empty() && selection().implied && takes_directories() && !is_base_excluded();
    }

    /// Without implied directories it is none of the items, but rsync's statistics count it.
    void count_dotted_base(const RelativePath& path)
    {
        const bool is_sent = path.dotted && !path.parts.empty() && !selection().implied && takes_directories();
        if (!is_sent || is_base_excluded() || std::exchange(base_counted_, true)) return;
        context_.progress->found.add(FileType::Directory);
    }

    void note_dotted_base(const RelativePath& path, const std::string& directory)
    {
        if (!brings_base(path) || tree(directory, path.absolute) == nullptr) return;
        ++operands_.count;
        note_root(tree_source_);
    }

    /// The tree below `directory`; names of one base that follow each other share it. Null, and told, if it cannot be
    /// opened.
    SelectedDirectory* tree(const std::string& directory, bool absolute)
    {
        if (tree_ != nullptr && directory == tree_directory_ && absolute == tree_absolute_) return tree_;
        const auto index = open_source(directory, true);
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

    void take_base_contents()
    {
        auto& source = root_.work->node->source_at(tree_source_);
        if (source.contents) return;
        source.contents = true;
        source.device = source.handle.identity().device;
        context_.source_roots.insert(source.handle.identity());
        note_contents(tree_source_);
    }

    /// The directory above the last name of `path`. Null, and told, if one on the way is gone meanwhile.
    SelectedDirectory* way_to(SelectedDirectory& root, const RelativePath& path, const std::string& directory)
    {
        auto* at = &root;
        std::string way = directory;
        for (std::size_t i = 0; i + 1 < path.parts.size(); ++i) {
            way = below(way, path.parts[i]);
            if (at->directory(path.parts[i]) == nullptr) {
                const auto facts = platform::stat_path(way, true);
                if (!facts) {
                    if (selection().missing == MissingSource::Delete) {
                        tell_vanished(path, i, std::move(way));
                    } else if (selection().missing == MissingSource::Error) {
                        tell_missing(facts.error(), way);
                    }
                    return nullptr;
                }
            }
            at = &enter(*at, path.parts[i], way);
        }
        return at;
    }

    /// What is to be deleted below `way`, the first `missing` + 1 parts of `path`, cannot be: as in rsync each
    /// directory on the way has gone, which is told once for names of one directory that follow each other.
    void tell_vanished(const RelativePath& path, std::size_t missing, std::string way)
    {
        for (auto i = missing;;) {
            if (!last_vanished_.starts_with(way + "/")) context_.vanished(segment_, platform::absolute_path(way));
            if (++i + 1 >= path.parts.size()) break;
            way = below(way, path.parts[i]);
        }
        last_vanished_ = way + "/";
    }

    /// A directory of the tree; `path` may be a link to it.
    static SelectedDirectory& enter(SelectedDirectory& above, const std::string& name, const std::string& path)
    {
        const bool known = above.directory(name) != nullptr;
        auto& directory = above.enter(name);
        if (known) return directory;
        const auto facts = platform::stat_path(path, false);
        directory.link = facts && facts->type == FileType::Symlink;
        return directory;
    }

    [[nodiscard]] Result<Directory> open_directory(const std::string& path, bool listed) const
    {
        auto opened = selection().names && !selection().relative
                          ? Directory::open_root(path, listed_name_policy(context_.job))
                          : Directory::open_root(path);
        if (!opened || !context_.job.reading.leaves_access_times) return opened;
        opened->leave_access_times();
        return listed ? opened->reopened() : std::move(opened);
    }

    /// The index of a new source of the root, `directory`; nullopt, and told, if it cannot be opened. `listed`: it may
    /// give its contents.
    std::optional<std::size_t> open_source(const std::string& directory, bool listed)
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

    void note_contents(std::size_t index)
    {
        note_root(index);
        operands_.contents.push_back(index);
    }

    /// The first directory that is the root gives its attributes to the destination.
    void note_root(std::size_t index)
    {
        if (operands_.root) return;
        operands_.root = index;
        root_.work->node->source_metadata = facts_[index];
    }

    Context& context_;
    Root& root_;
    Segment* segment_;
    Operands& operands_;
    std::vector<Metadata> facts_;                      // of the root's sources
    std::pair<std::string, std::string> checked_way_;  // base and way of the last listed name
    std::optional<Error> refusal_;
    std::optional<std::size_t> plain_;  // source of the last plain name
    std::string plain_directory_;
    SelectedDirectory* tree_ = nullptr;  // the last base of -R
    std::size_t tree_source_ = 0;
    std::string tree_directory_;
    bool tree_absolute_ = false;
    bool base_skipped_ = false;  // and told
    bool base_counted_ = false;
    std::string last_vanished_;  // the directory of the last listed name that is not there, with a slash
};

}  // namespace

std::string cannot(const Error& error, const std::string& path)
{
    return "cannot " + std::string(verb(error.operation)) + " \"" + platform::absolute_path(path) +
           "\": " + error.reason();
}

std::optional<RootFailure> read_operands(Context& context, Root& root, Segment* segment, Operands& operands)
{
    if (!context.job.batch.read) return OperandReader(context, root, segment, operands).read();
    read_batch_operands(context, *context.job.batch.read, root, segment, operands);
    return std::nullopt;
}

}  // namespace arsync::sync
