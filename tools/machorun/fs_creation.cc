#include "fs_creation.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs_attributes.h"

namespace machorun {
namespace {

void take_group_of_directory(const Place& created)
{
    const Descriptor parent = created.open_parent();
    struct stat directory, entry;
    if (parent.get() < 0 || fstat(parent.get(), &directory) != 0) return;
    if (fstatat(created.directory, created.name.c_str(), &entry, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (entry.st_gid == directory.st_gid) return;
    const int changed = fchownat(created.directory, created.name.c_str(), static_cast<uid_t>(-1), directory.st_gid,
                                 AT_SYMLINK_NOFOLLOW);
    // chown(2) takes set-id bits away, which were asked for a moment ago.
    if (changed == 0 && !S_ISLNK(entry.st_mode) && (entry.st_mode & (S_ISUID | S_ISGID)))
        fchmodat(created.directory, created.name.c_str(), entry.st_mode & 07777U, 0);
}

}  // namespace

void settle_new_entry(const Place& created)
{
    const int saved = errno;
    take_group_of_directory(created);
    inherit_acl(created);
    errno = saved;
}

}  // namespace machorun
