#pragma once
// Names that the user gave with their paths (-R, --files-from): a sparse tree below one base directory. The walk goes
// down it beside the real directories, so the rest of the engine cannot tell who knew the names. A directory's
// source is wanted with all its contents, with the names of this tree, with both, or with neither (only itself).

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/name.h"
#include "platform/directory.h"
#include "platform/metadata.h"
#include "sync/context.h"
#include "sync/node.h"

namespace arsync::sync {

struct Entry;

/// A typed path, cut at "/./": what is above is only the way to it.
struct RelativePath {
    std::string base;                // "." if there is nothing above, "/" if the path is absolute
    std::vector<std::string> parts;  // what is made anew at the destination; empty: the base itself
    bool absolute = false;           // nothing was cut off an absolute path
    bool dotted = false;             // begins with "./": the base itself is on the way
    bool contents = false;           // ends in '/' or '.': a directory's contents
    bool climbs = false;             // has "..", which rsync refuses
};

[[nodiscard]] RelativePath split_relative(std::string_view typed);

/// A name of --files-from: without leading '/', and ".." taken out so that it cannot leave the source.
[[nodiscard]] std::string contained_name(std::string_view listed);

struct SelectedDirectory {
    std::map<std::string, std::unique_ptr<SelectedDirectory>, std::less<>> directories;
    std::map<std::string, platform::FileType, std::less<>> others;
    std::set<std::string, std::less<>> missing;  // to be deleted at the destination
    bool contents = false;                       // what it has is wanted as well
    bool implied = true;                         // not named itself, only on the way to a name
    bool link = false;                           // a link to a directory: typed paths may pass it

    [[nodiscard]] const SelectedDirectory* directory(std::string_view name) const;
    /// The directory of that name, made (as implied) if it is not there.
    SelectedDirectory& enter(const std::string& name);
};

/// The selection's directory behind `entry` of a directory with node `parent`, the first of its sources that has one.
[[nodiscard]] const SelectedDirectory* selected_directory(DirectoryNode& parent, const Entry& entry);

/// Whether the entry is a directory that only lies on the way to names.
[[nodiscard]] bool is_implied(DirectoryNode& parent, const Entry& entry);

/// What is asked of the way to a name of --files-from: whoever wrote the list may not lead arsync where others want it.
/// Where links are followed anyway, or the way is not kept, theirs are passed as well.
[[nodiscard]] platform::PathPolicy listed_name_policy(const Job& job);

/// Opens the directory to which a link on the way to a name leads.
[[nodiscard]] Result<platform::Directory> open_passed_link(const Job& job, const platform::Directory& directory,
                                                           const Name& name);

/// A node for the directory `entry` of `parent`, with what of it is wanted.
[[nodiscard]] std::shared_ptr<DirectoryNode> make_child_node(const Context& context,
                                                             const std::shared_ptr<DirectoryNode>& parent,
                                                             const Entry& entry);

}  // namespace arsync::sync
