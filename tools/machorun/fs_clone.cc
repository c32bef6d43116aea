// clonefile(2), clonefileat(2), fclonefileat(2), by FICLONE of btrfs and XFS.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_acl.h"
#include "fs_attributes.h"
#include "fs_creation.h"
#include "fs_guard.h"
#include "fs_layout.h"
#include "fs_metadata.h"
#include "fs_state.h"
#include "fs_tables.h"
#include "paths.h"
#include "volumes.h"

namespace machorun {
namespace {

constexpr uint32_t kNofollow = 0x1;
constexpr uint32_t kNoOwnerCopy = 0x2;
constexpr uint32_t kCopyAcl = 0x4;
constexpr uint32_t kNofollowAny = 0x8;

constexpr uint32_t kRootFlags = 0xffff0000;  // SF_*
constexpr uint32_t kImmutableFlags =
    darwin::kUfImmutable | darwin::kUfAppend | darwin::kSfImmutable | darwin::kSfAppend;

// Everything that decides whether a clone is possible, before a name is made that would have to be taken back.
int refuse_clone(const Object& source, const Place& target)
{
    const auto existing = Object::at(target, Links::kNofollow);
    if (existing) return EEXIST;
    if (existing.error() != ENOENT) return existing.error();
    const Descriptor parent = target.open_parent();
    if (parent.get() < 0) return to_darwin(errno);
    const Volume& volume = volume_of(parent.get());
    if (!(source.volume() == volume)) return EXDEV;
    // Whole directories can be cloned on APFS, and clonefile(2) advises against it.
    if (!volume.clones || (!source.is_file() && !source.is_link())) return darwin::kEnotsup;
    if ((flags_of(source) & darwin::kSfDataless) && !materializes_dataless()) return darwin::kEdeadlk;
    return refuse_new_entry(target);
}

// The entries that the directory passes on come behind those of the source.
int copy_acl(const Object& source, const Object& clone)
{
    Acl acl, inherited;
    if (!parse_acl(acl_of(source), acl)) return 0;
    if (parse_acl(acl_of(clone), inherited))
        acl.entries.insert(acl.entries.end(), inherited.entries.begin(), inherited.entries.end());
    return set_acl(clone, text_of(acl));
}

int copy_metadata(const Object& source, const Object& clone, uint32_t flags)
{
    const DarwinStat from = stat_of(source);
    const bool root = geteuid() == 0;
    if (root && !(flags & kNoOwnerCopy)) {
        if (const int error = change_owner(clone, from.uid, from.gid)) return error;
    }
    if (const int error = copy_attributes(source, clone)) return error;
    // "The set-user-ID and set-group-ID bits are turned off": clonefile(2).
    if (const int error = change_mode(clone, from.mode & 01777U)) return error;
    if (flags & kCopyAcl) {
        if (const int error = copy_acl(source, clone)) return error;
    }
    if (const int error = change_times(clone, from.access_time, from.modification_time)) return error;
    if (const int error = set_birth_time(clone, from.birth_time)) return error;
    // Flags that only root may set do not arrive otherwise; a clone of a downloaded file is a file like others.
    uint32_t kept = from.flags & ~darwin::kSfDataless;
    if (!root) kept &= ~(kRootFlags & kImmutableFlags);
    return set_flags(clone, kept);
}

int finish_clone(const Object& source, const Place& target, uint32_t flags)
{
    settle_new_entry(target);
    const auto clone = Object::at(target, Links::kNofollow);
    return clone ? copy_metadata(source, *clone, flags) : clone.error();
}

// `readable` is open for reading; 0 or a Darwin errno.
int clone_data(int readable, const Place& target)
{
    const Descriptor clone(openat(target.directory, target.name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
    if (clone.get() < 0) return to_darwin(errno);
    if (ioctl(clone.get(), FICLONE, readable) == 0) return 0;
    const int error = errno;
    unlinkat(target.directory, target.name.c_str(), 0);
    // EINVAL: files that the file system keeps differently, say without checksums.
    return error == EINVAL || error == ENOTTY ? darwin::kEnotsup : to_darwin(error);
}

int clone_link(const Object& source, const Place& target)
{
    char text[4096];
    const ssize_t length = readlinkat(source.fd(), "", text, sizeof text - 1);
    if (length < 0) return to_darwin(errno);
    text[length] = '\0';
    return symlinkat(text, target.directory, target.name.c_str()) == 0 ? 0 : to_darwin(errno);
}

// `fd` is the program's descriptor, or -1 if the source was named.
int clone_object(const Object& source, int fd, int directory, const char* path, uint32_t flags)
{
    const auto target = find_place(directory, path, Links::kNofollow);
    if (!target) return fail(target.error());
    if (const int error = refuse_clone(source, *target)) return fail(error);
    int error = 0;
    if (source.is_link()) {
        error = clone_link(source, *target);
    } else {
        const Descriptor own(fd < 0 ? open(source.link().c_str(), O_RDONLY | O_CLOEXEC) : -1);
        if (fd < 0 && own.get() < 0) return fix(-1);
        error = clone_data(fd < 0 ? own.get() : fd, *target);
    }
    if (error) return fail(error);
    error = finish_clone(source, *target, flags);
    if (!error) return 0;
    unlinkat(target->directory, target->name.c_str(), 0);
    return fail(error);
}

bool known_flags(uint32_t flags)
{
    return !(flags & ~(kNofollow | kNoOwnerCopy | kCopyAcl | kNofollowAny));
}

int darwin_fclonefileat(int fd, int directory, const char* path, uint32_t flags)
{
    if (!known_flags(flags)) return fail(EINVAL);
    const auto source = Object::of(fd);
    if (!source) return fail(source.error());
    const int mode = fcntl(fd, F_GETFL) & O_ACCMODE;
    if (source->is_file() && mode == O_WRONLY) return fail(EBADF);
    return clone_object(*source, fd, directory, path, flags);
}

int darwin_clonefileat(int from_directory, const char* from, int to_directory, const char* to, uint32_t flags)
{
    if (!known_flags(flags)) return fail(EINVAL);
    const Links links = flags & kNofollowAny ? Links::kNone : flags & kNofollow ? Links::kNofollow : Links::kFollow;
    const auto source = Object::at(from_directory, from, links);
    if (!source) return fail(source.error());
    return clone_object(*source, -1, to_directory, to, flags);
}

int darwin_clonefile(const char* from, const char* to, uint32_t flags)
{
    return darwin_clonefileat(darwin::kAtFdcwd, from, darwin::kAtFdcwd, to, flags);
}

}  // namespace

std::span<const Import> clone_imports()
{
    static const Import imports[] = {
        import("clonefile", darwin_clonefile),
        import("clonefileat", darwin_clonefileat),
        import("fclonefileat", darwin_fclonefileat),
    };
    return imports;
}

std::span<const Import> fs_copy_imports()
{
    static const auto imports = joined({clone_imports(), copyfile_imports(), copy_state_imports()});
    return imports;
}

}  // namespace machorun
