#pragma once
// What operands make of the root: its sources, opened, and the sparse trees of the names that -R and lists choose below
// them.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sync/operands.h"
#include "sync/selection.h"

namespace arsync::sync {

/// A path below another one; either may be empty.
[[nodiscard]] std::string below(const std::string& base, const std::string& path);

class OperandSources {
public:
    OperandSources(Context& context, Root& root, Segment* segment, Operands& operands)
        : context_(context), root_(root), segment_(segment), operands_(operands)
    {
    }

    /// The index of a new source of the root, `directory`; nullopt, and told, if it cannot be opened. `listed`: it may
    /// give its contents.
    [[nodiscard]] std::optional<std::size_t> open(const std::string& directory, bool listed);
    void take_contents(std::size_t index);
    /// The first directory that is the root gives its attributes to the destination.
    void note_root(std::size_t index);

    /// The tree below `directory`; names of one base that follow each other share it. Null, and told, if it cannot be
    /// opened.
    [[nodiscard]] SelectedDirectory* tree(const std::string& directory, bool absolute);
    /// The source of the last tree.
    [[nodiscard]] std::size_t tree_source() const { return tree_source_; }
    /// The directory above the last name of `path`. Null, and told, if one on the way is gone meanwhile.
    [[nodiscard]] SelectedDirectory* way_to(SelectedDirectory& root, const RelativePath& path,
                                            const std::string& directory);
    /// A directory of the tree; `path` may be a link to it.
    static SelectedDirectory& enter(SelectedDirectory& above, const std::string& name, const std::string& path);

    void tell_missing(const Error& error, const std::string& path);

private:
    [[nodiscard]] Result<platform::Directory> open_directory(const std::string& path, bool listed) const;
    void tell_vanished(const RelativePath& path, std::size_t missing, std::string way);

    Context& context_;
    Root& root_;
    Segment* segment_;
    Operands& operands_;
    std::vector<platform::Metadata> facts_;  // of the root's sources
    SelectedDirectory* tree_ = nullptr;      // the last base of -R
    std::size_t tree_source_ = 0;
    std::string tree_directory_;
    bool tree_absolute_ = false;
    std::string last_vanished_;  // the directory of the last listed name that is not there, with a slash
};

}  // namespace arsync::sync
