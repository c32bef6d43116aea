#pragma once
// --backup: what is replaced or deleted at the destination is kept, under its name with a suffix or in a tree of its
// own. That tree (--backup-dir) is reached through held handles as the other two are, and made as far as it is needed.

#include <string>

#include "sync/context.h"

namespace arsync::sync {

/// What is to be kept.
struct BackupItem {
    DirectoryNode& node;                   // directory of the transfer in which, or somewhere below which, it is
    const platform::Directory& directory;  // where it is
    NameView name;
    const std::string& path;  // its transfer path
};

/// How it goes there.
enum class BackupWay : std::uint8_t {
    Move,  // the name is free afterwards
    Link,  // it still stands there, to be replaced at once (where the system has no such link it is moved)
    Copy,  // it is going to be written over
};

/// False, and told, if it could not be kept: then it must not be touched. In a dry run it is only told.
[[nodiscard]] bool keep_backup(Context& context, Segment* segment, const BackupItem& item, BackupWay way);

/// Whether that name is a backup itself, which is deleted like anything else.
[[nodiscard]] bool is_backup_name(const Job& job, NameView name);

/// Whether what stands at `name` goes without a backup before something is made there: a backup itself that is not
/// replaced in one step. (rsync removes what stands in the way of a directory or, if it is no file, of a file.)
[[nodiscard]] bool gives_way_as_backup(const Job& job, NameView name, platform::FileType present,
                                       platform::FileType arriving);

/// Where --backup-dir leads to: relative to the destination.
[[nodiscard]] std::string backup_root(const Job& job, DirectoryNode& node);

}  // namespace arsync::sync
