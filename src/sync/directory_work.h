#pragma once
// A directory while its entries are worked on, shared by the tasks that do it.

#include <memory>
#include <string>
#include <vector>

#include "sync/context.h"
#include "sync/filters.h"
#include "sync/folded_names.h"
#include "sync/node.h"
#include "sync/source_list.h"

namespace arsync::sync {

struct DirectoryWork {
    std::shared_ptr<DirectoryNode> node;
    std::string path;             // transfer path, "" for the root
    Filters source_filters;       // never null
    Filters destination_filters;  // merge files of the destination count for deletion
    SourceList list;
    std::vector<HeldDirectory> sources;
    bool incomplete = false;    // a source could not be opened, or not listed to its end
    bool gone = false;          // one is not there any more, or is not to be entered: nothing below can be surplus
    HeldDirectory destination;  // null in a dry run where it would have to be made
    StoredNames stored_names;   // of the destination, where names fold
};

/// Counts one piece of work less; the last one gives the directory its attributes. Failures are told in `segment`.
void release_directory(Context& context, const std::shared_ptr<DirectoryNode>& node, Segment* segment);

}  // namespace arsync::sync
