// clonefile(2): what it refuses, what comes along, and whether blocks are shared.
#include "probe.h"

#include <sys/acl.h>
#include <sys/attr.h>
#include <sys/clonefile.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <string>

#include "acls.h"

namespace probe {
namespace {

constexpr std::uint32_t kUsual = CLONE_NOFOLLOW | CLONE_NOOWNERCOPY;

std::string clone(const char* from, const char* to, std::uint32_t flags = kUsual)
{
    return outcome(::clonefile(from, to, flags));
}

// The identity of the blocks (ATTR_CMNEXT_CLONEID) and how many bytes no other file has.
struct Sharing {
    std::uint64_t private_size = 0;
    std::uint64_t clone_id = 0;
    bool known = false;
};

Sharing sharing_of(const char* path)
{
    struct __attribute__((packed, aligned(4))) {
        std::uint32_t length;
        std::uint64_t private_size;
        std::uint64_t clone_id;
    } answer{};
    attrlist wanted{};
    wanted.bitmapcount = ATTR_BIT_MAP_COUNT;
    wanted.forkattr = ATTR_CMNEXT_PRIVATESIZE | ATTR_CMNEXT_CLONEID;
    if (::getattrlist(path, &wanted, &answer, sizeof answer, FSOPT_ATTR_CMN_EXTENDED | FSOPT_NOFOLLOW) == -1) return {};
    return {answer.private_size, answer.clone_id, true};
}

void tell_sharing()
{
    write_file("clone/large", some_bytes(8U << 20));
    tell("8 MiB just written", clone("clone/large", "clone/large clone"));
    tell("its content is right", read_file("clone/large") == read_file("clone/large clone"));
    ::sync();
    const auto original = sharing_of("clone/large");
    const auto copy = sharing_of("clone/large clone");
    tell("sharing can be asked for", original.known && copy.known);
    tell("blocks as many", look("clone/large").st_blocks == look("clone/large clone").st_blocks);
    if (!original.known || !copy.known) return;
    tell("same clone id", original.clone_id == copy.clone_id);
    tell("private bytes of original and clone",
         std::to_string(original.private_size) + ' ' + std::to_string(copy.private_size));
}

void tell_refusals()
{
    write_file("clone/a", "data");
    write_file("clone/there", "other");
    ::symlink("nowhere", "clone/link");
    ::mkdir("clone/directory", 0755);
    ::mkfifo("clone/fifo", 0644);
    tell("onto a file", clone("clone/a", "clone/there"));
    tell("onto itself", clone("clone/a", "clone/a"));
    tell("onto a dangling link", clone("clone/a", "clone/link"));
    tell("of a link, not followed", clone("clone/link", "clone/link clone"));
    tell("that is a link", S_ISLNK(look("clone/link clone").st_mode));
    tell("of an empty directory", clone("clone/directory", "clone/directory clone"));
    tell("of a fifo", clone("clone/fifo", "clone/fifo clone"));
    write_file("clone/empty", "");
    tell("of an empty file", clone("clone/empty", "clone/empty clone"));
    tell("with an unknown flag", clone("clone/a", "clone/unknown flag", 0x80000000));
    {
        const Fd reading("clone/a", O_RDONLY);
        const Fd writing("clone/a", O_WRONLY);
        const Fd folder("clone/directory", O_RDONLY);
        tell_outcome("of a descriptor", ::fclonefileat(reading, AT_FDCWD, "clone/of descriptor", kUsual));
        tell_outcome("of a descriptor that only writes", ::fclonefileat(writing, AT_FDCWD, "clone/of writer", kUsual));
        tell_outcome("of a directory's descriptor", ::fclonefileat(folder, AT_FDCWD, "clone/of directory", kUsual));
        ::unlink("clone/there");
        const Fd deleted("clone/empty clone", O_RDONLY);
        ::unlink("clone/empty clone");
        tell_outcome("of a deleted file", ::fclonefileat(deleted, AT_FDCWD, "clone/of deleted", kUsual));
    }
    ::mkdir("clone/locked", 0555);
    tell("into a directory without write permission", clone("clone/a", "clone/locked/a"));
    write_file("clone/unreadable", "data", 0200);
    tell("of a file without read permission", clone("clone/unreadable", "clone/unreadable clone"));
    if (!other_place.empty()) tell("to the other volume", clone("clone/a", (other_place + "/clone").c_str()));
}

void tell_what_comes_along()
{
    write_file("clone/full", "data", 04754);
    ::setxattr("clone/full", "user.probe", "value", 5, 0, 0);
    const timespec times[2] = {{1'000'000'000, 123'456'789}, {1'100'000'000, 987'654'321}};
    ::utimensat(AT_FDCWD, "clone/full", times, 0);
    ::chmod("clone/full", 04754);
    const auto original = look("clone/full");
    tell("with xattr, times, mode 4754", clone("clone/full", "clone/full clone"));
    const auto copy = look("clone/full clone");
    char value[16];
    tell("xattr comes along", ::getxattr("clone/full clone", "user.probe", value, sizeof value, 0, 0) == 5);
    tell("mode of original and clone", hex(original.st_mode) + ' ' + hex(copy.st_mode));
    tell("mtime comes along", copy.st_mtimespec.tv_sec == original.st_mtimespec.tv_sec &&
                                  copy.st_mtimespec.tv_nsec == original.st_mtimespec.tv_nsec);
    tell("atime comes along", copy.st_atimespec.tv_sec == original.st_atimespec.tv_sec);
    tell("birth time comes along", copy.st_birthtimespec.tv_sec == original.st_birthtimespec.tv_sec &&
                                       copy.st_birthtimespec.tv_nsec == original.st_birthtimespec.tv_nsec);
    tell("owner is the caller", copy.st_uid == ::geteuid());
    tell("group is the original's", copy.st_gid == original.st_gid);
}

void tell_flag(const char* name, std::uint32_t flag)
{
    const std::string prefix(name);
    const std::string from = "clone/" + prefix;
    const std::string to = from + " clone";
    write_file(from.c_str(), "data");
    tell_outcome(prefix + " set", ::chflags(from.c_str(), flag));
    tell(prefix + " file cloned", clone(from.c_str(), to.c_str()));
    tell(prefix + " flags of the clone", hex(look(to.c_str()).st_flags));
}

void tell_acls()
{
    write_file("clone/with acl", "data");
    tell_outcome("acl set", give_acl("clone/with acl", 0));
    tell("without CLONE_ACL", clone("clone/with acl", "clone/acl left out"));
    tell("entries then", entries_of("clone/acl left out"));
    tell("with CLONE_ACL", clone("clone/with acl", "clone/acl wanted", kUsual | CLONE_ACL));
    tell("entries then", entries_of("clone/acl wanted"));
    ::mkdir("clone/inheriting", 0755);
    give_acl("clone/inheriting", ACL_ENTRY_FILE_INHERIT | ACL_ENTRY_DIRECTORY_INHERIT);
    tell("into a directory with inherited entries", clone("clone/a", "clone/inheriting/a"));
    tell("entries then", entries_of("clone/inheriting/a"));
}

}  // namespace

void probe_clone()
{
    tell_sharing();
    tell_refusals();
    tell_what_comes_along();
    tell_flag("UF_NODUMP", UF_NODUMP);
    tell_flag("UF_HIDDEN", UF_HIDDEN);
    tell_flag("UF_IMMUTABLE", UF_IMMUTABLE);
    tell_flag("UF_APPEND", UF_APPEND);
    tell_acls();
}

}  // namespace probe
