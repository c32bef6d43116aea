#include "sync/operands.h"

#include <memory>
#include <utility>
#include <vector>

#include "platform/directory.h"
#include "sync/batch_replay.h"
#include "sync/operand_sources.h"
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
        : context_(context),
          root_(root),
          segment_(segment),
          operands_(operands),
          sources_(context, root, segment, operands)
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
            const auto index = sources_.open(path, true);
            if (!index) return;
            return sources_.take_contents(*index);
        }
        // Names of one directory that follow each other share a handle.
        if (!plain_ || directory != plain_directory_) {
            plain_ = sources_.open(directory, false);
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
        if (!just_a_name || !take_missing(error)) return sources_.tell_missing(error, path);
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

    /// What is there is not known: deletion stops.
    void tell_refused(const Error& error, const std::string& path)
    {
        root_.complete = false;
        sources_.tell_missing(error, path);
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
        auto* root = sources_.tree(directory, path.absolute);
        if (root == nullptr) return;
        ++operands_.count;
        if (path.parts.empty()) return sources_.take_contents(sources_.tree_source());
        if (brings_base(path)) sources_.note_root(sources_.tree_source());
        auto* above = sources_.way_to(*root, path, directory);
        if (above == nullptr) return;
        const auto& last = path.parts.back();
        if (!is_directory) {
            above->others.emplace(last, facts->type);
            return;
        }
        auto& named = OperandSources::enter(*above, last, full);
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
            return sources_.tell_missing(base ? error : base.error(), directory);
        }
        note_dotted_base(path, directory);
        if (!is_missing(error)) root_.complete = false;
        if (!take_missing(error)) return sources_.tell_missing(error, below(directory, names));
        if (selection().missing != MissingSource::Delete || path.parts.empty()) return;
        auto* root = sources_.tree(directory, path.absolute);
        auto* above = root != nullptr ? sources_.way_to(*root, path, directory) : nullptr;
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
        if (!brings_base(path) || sources_.tree(directory, path.absolute) == nullptr) return;
        ++operands_.count;
        sources_.note_root(sources_.tree_source());
    }

    Context& context_;
    Root& root_;
    Segment* segment_;
    Operands& operands_;
    OperandSources sources_;
    std::pair<std::string, std::string> checked_way_;  // base and way of the last listed name
    std::optional<Error> refusal_;
    std::optional<std::size_t> plain_;  // source of the last plain name
    std::string plain_directory_;
    bool base_skipped_ = false;  // and told
    bool base_counted_ = false;
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
