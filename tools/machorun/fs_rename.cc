// rename(2) and its variants, with the borders and the spellings of declared volumes.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "darwin_errno.h"
#include "fs_guard.h"
#include "fs_layout.h"
#include "fs_tables.h"
#include "paths.h"
#include "volumes.h"

namespace machorun {
namespace {

constexpr unsigned kSwap = 0x2;
constexpr unsigned kExclusive = 0x4;
constexpr unsigned kNofollowAny = 0x10;

int linux_rename(const Place& from, const Place& to, const std::string& to_name, unsigned linux_flags)
{
    const auto call = [&](unsigned flags) {
        return syscall(SYS_renameat2, from.directory, from.name.c_str(), to.directory, to_name.c_str(), flags);
    };
    if (call(linux_flags) == 0) return 0;
    // A Linux file system without the flag.
    if (linux_flags && (errno == EINVAL || errno == ENOSYS)) return fail(darwin::kEnotsup);
    // XFS says so of a directory that is not empty; POSIX allows either, macOS has ENOTEMPTY.
    if (!linux_flags && errno == EEXIST) return fail(darwin::kEnotempty);
    return fix(-1);
}

bool is_same_entry(const Place& from, const Place& to)
{
    struct stat first, second, from_parent, to_parent;
    if (fstatat(from.directory, from.name.c_str(), &first, AT_SYMLINK_NOFOLLOW) != 0) return false;
    if (fstatat(to.directory, to.name.c_str(), &second, AT_SYMLINK_NOFOLLOW) != 0) return false;
    if (fstat(from.directory, &from_parent) != 0 || fstat(to.directory, &to_parent) != 0) return false;
    return from.name == to.name && from_parent.st_ino == to_parent.st_ino && from_parent.st_dev == to_parent.st_dev;
}

// On a case-insensitive volume the target may exist in another spelling. The entry takes the spelling asked for: with
// rename("a", "A") that is all there is to do.
int respelling_rename(const Place& from, const Place& to, unsigned linux_flags)
{
    if (to.name == to.wanted || (linux_flags & RENAME_EXCHANGE)) return linux_rename(from, to, to.name, linux_flags);
    if (is_same_entry(from, to)) return linux_rename(from, to, to.wanted, 0);
    if (linux_flags & RENAME_NOREPLACE) {
        const auto existing = Object::at(to, Links::kNofollow);
        if (existing) return fail(EEXIST);
    }
    if (linux_rename(from, to, to.name, linux_flags) != 0) return -1;
    return fix(renameat(to.directory, to.name.c_str(), to.directory, to.wanted.c_str()));
}

int refuse_crossing(const Place& from, const Place& to, unsigned flags)
{
    if (!volumes_declared() && !(flags & (kSwap | kExclusive))) return 0;  // Linux finds out by itself
    const Descriptor from_parent = from.open_parent();
    const Descriptor to_parent = to.open_parent();
    if (from_parent.get() < 0 || to_parent.get() < 0) return to_darwin(errno);
    const Volume& volume = volume_of(from_parent.get());
    if (!(volume == volume_of(to_parent.get()))) return EXDEV;
    return (flags & (kSwap | kExclusive)) && !volume.swaps ? darwin::kEnotsup : 0;
}

int refuse_links(const Place& place)
{
    std::string parent = place.name.substr(0, place.name.rfind('/') + 1);
    if (parent.empty()) return 0;
    const Place directory{place.directory, parent, parent};
    const auto found = Object::at(directory, Links::kNone);
    return found ? 0 : found.error();
}

int rename_place(const Place& from, const Place& to, unsigned flags)
{
    if (flags & kNofollowAny) {
        if (const int error = refuse_links(from)) return fail(error);
        if (const int error = refuse_links(to)) return fail(error);
    }
    // The source must exist before anything else about it matters.
    if (const auto source = Object::at(from, Links::kNofollow); !source) return fail(source.error());
    if (const int error = refuse_crossing(from, to, flags)) return fail(error);
    if (const int error = refuse_removal(from)) return fail(error);
    if (const int error = flags & kSwap ? refuse_removal(to) : refuse_replacement(to)) {
        const bool exists = (flags & kExclusive) && Object::at(to, Links::kNofollow);
        return fail(exists ? EEXIST : error);
    }
    const unsigned linux_flags = (flags & kSwap ? RENAME_EXCHANGE : 0U) | (flags & kExclusive ? RENAME_NOREPLACE : 0U);
    return respelling_rename(from, to, linux_flags);
}

int darwin_renameatx_np(int from_directory, const char* from, int to_directory, const char* to, unsigned flags)
{
    if (flags & ~(kSwap | kExclusive | kNofollowAny)) return fail(flags & 0x1 ? darwin::kEnotsup : EINVAL);
    if ((flags & kSwap) && (flags & kExclusive)) return fail(EINVAL);
    const Links links = flags & kNofollowAny && volumes_declared() ? Links::kNone : Links::kNofollow;
    const auto source = find_place(from_directory, from, links);
    if (!source) return fail(source.error());
    const auto target = find_place(to_directory, to, links);
    if (!target) return fail(target.error());
    return rename_place(*source, *target, flags);
}

int darwin_renamex_np(const char* from, const char* to, unsigned flags)
{
    return darwin_renameatx_np(darwin::kAtFdcwd, from, darwin::kAtFdcwd, to, flags);
}

int darwin_renameat(int from_directory, const char* from, int to_directory, const char* to)
{
    return darwin_renameatx_np(from_directory, from, to_directory, to, 0);
}

int darwin_rename(const char* from, const char* to)
{
    return darwin_renamex_np(from, to, 0);
}

// remove(3): unlink for files, rmdir for directories.
int darwin_remove(const char* path)
{
    const auto place = find_place(darwin::kAtFdcwd, path, Links::kNofollow);
    if (!place) return fail(place.error());
    const auto object = Object::at(*place, Links::kNofollow);
    if (!object) return fail(object.error());
    if (const int error = refuse_removal(*place)) return fail(error);
    return fix(unlinkat(place->directory, place->name.c_str(), object->is_directory() ? AT_REMOVEDIR : 0));
}

}  // namespace

std::span<const Import> rename_imports()
{
    static const Import imports[] = {
        import("rename", darwin_rename),         import("renameat", darwin_renameat),
        import("renamex_np", darwin_renamex_np), import("renameatx_np", darwin_renameatx_np),
        import("remove", darwin_remove),
    };
    return imports;
}

}  // namespace machorun
