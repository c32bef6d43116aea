#pragma once
// A directory while its entries are worked on, shared by the tasks that do it.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sync/context.h"
#include "sync/filters.h"
#include "sync/folded_names.h"
#include "sync/node.h"
#include "sync/source_list.h"

namespace arsync::sync {

class FuzzyNames;

/// A source that the user named and that does not exist, to be deleted at the destination.
struct MissingName {
    Name name;
    std::optional<Name> destination_name;  // where a single operand takes another name

    [[nodiscard]] NameView target() const { return destination_name ? *destination_name : name; }
};

struct DirectoryWork {
    std::shared_ptr<DirectoryNode> node;
    std::string path;             // transfer path, "" for the root
    Filters source_filters;       // never null
    Filters destination_filters;  // merge files of the destination count for deletion
    SourceList list;
    bool listed_later = false;  // the list, which was cut, made room for others: to be listed again from the beginning
    std::vector<HeldSource> sources;
    std::vector<MissingName> missing;
    bool incomplete = false;    // a source could not be opened, or not listed to its end
    bool gone = false;          // one is not there any more, or is not to be entered: nothing below can be surplus
    HeldDirectory destination;  // null in a dry run where it would have to be made
    StoredNames stored_names;   // of the destination, where names fold
    std::shared_ptr<const FuzzyNames> similar_names;  // of the destination, for -y
};

/// A list that was cut makes room for others, such as those of surplus, until the remainder is listed.
void make_room(DirectoryWork& work);

/// The rest of a directory whose list was cut: the same work once more, its names not listed yet.
struct Remainder {
    std::shared_ptr<DirectoryWork> work;
    std::optional<ListPlace> after;  // nullopt: all of it
};

/// nullopt: the list is whole. Does not keep that list.
[[nodiscard]] std::optional<Remainder> remainder_of(const DirectoryWork& work);

/// Gathers the names to be deleted that the selection has for this directory, without those that some source has.
void collect_missing(DirectoryWork& work);

/// The name of an entry as it is told: where the user typed an absolute path for -R, with a leading '/'.
[[nodiscard]] std::string shown_path(const DirectoryWork& work, const Entry& entry);

/// Counts one piece of work less; the last one gives the directory its attributes. Failures are told in `segment`.
void release_directory(Context& context, const std::shared_ptr<DirectoryNode>& node, Segment* segment);

}  // namespace arsync::sync
