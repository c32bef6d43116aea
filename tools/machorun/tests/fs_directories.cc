// Names and directories: mkdir(2), unlink(2), link(2), rename(2), readdir(3), realpath(3), access(2).
#include <set>

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/stdio.h>

#include "fs_check.h"

static_assert(offsetof(struct dirent, d_name) == 21 && sizeof(struct dirent) == 1048);
static_assert(RENAME_SWAP == 2 && RENAME_EXCL == 4 && AT_REMOVEDIR == 0x80 && AT_SYMLINK_FOLLOW == 0x40);

static ino_t inode_of(const char* path)
{
    struct stat status;
    return lstat(path, &status) == 0 ? status.st_ino : 0;
}

static void removing()
{
    CHECK(mkdir("dir", 0755) == 0);
    CHECK_ERROR(mkdir("dir", 0755), EEXIST);
    make_file("dir/file", "x");
    CHECK_ERROR(rmdir("dir"), ENOTEMPTY);
    CHECK_ERROR(unlink("dir"), EPERM);
    CHECK_ERROR(unlinkat(AT_FDCWD, "dir/file", AT_REMOVEDIR), ENOTDIR);
    CHECK_ERROR(unlinkat(AT_FDCWD, "dir/file", 0x40000), EINVAL);
    CHECK(unlinkat(AT_FDCWD, "dir/file", 0) == 0 && rmdir("dir") == 0);
    CHECK_ERROR(rmdir("dir"), ENOENT);
}

static void linking()
{
    make_file("file", "content");
    CHECK(symlink("file", "link") == 0);
    CHECK(link("link", "by link") == 0 && inode_of("by link") == inode_of("file"));
    CHECK(linkat(AT_FDCWD, "link", AT_FDCWD, "link itself", 0) == 0);
    CHECK(inode_of("link itself") == inode_of("link"));
    CHECK(linkat(AT_FDCWD, "link", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW) == 0);
    CHECK(inode_of("followed") == inode_of("file"));
    CHECK_ERROR(link("file", "link"), EEXIST);
    CHECK(mkdir("dir", 0755) == 0);
    CHECK_ERROR(link("dir", "dir2"), EPERM);
    char target[16];
    CHECK(readlink("link", target, sizeof target) == 4);
    CHECK_ERROR(readlink("file", target, sizeof target), EINVAL);
    CHECK(mkfifo("fifo", 0600) == 0);
    struct stat status;
    CHECK(lstat("fifo", &status) == 0 && S_ISFIFO(status.st_mode) && (status.st_mode & 07777) == 0600);
    CHECK_ERROR(mknod("plain", S_IFREG | 0600, 0), EINVAL);
}

static void groups()
{
    if (geteuid() != 0) return;
    struct stat status;
    CHECK(mkdir("of group", 0777) == 0 && chown("of group", static_cast<uid_t>(-1), 4321) == 0);
    make_file("of group/file", "x");
    CHECK(stat("of group/file", &status) == 0 && status.st_gid == 4321);
    CHECK(mkdir("of group/dir", 0755) == 0 && stat("of group/dir", &status) == 0 && status.st_gid == 4321);
    CHECK(symlink("x", "of group/link") == 0 && lstat("of group/link", &status) == 0 && status.st_gid == 4321);
}

static void renaming(bool swaps)
{
    make_file("a", "a");
    make_file("b", "b");
    if (swaps) {
        CHECK(renamex_np("a", "b", RENAME_SWAP) == 0 && content_of("a") == "b" && content_of("b") == "a");
        CHECK_ERROR(renamex_np("a", "b", RENAME_EXCL), EEXIST);
        CHECK_ERROR(renameatx_np(AT_FDCWD, "a", AT_FDCWD, "none", RENAME_SWAP), ENOENT);
        CHECK(renameatx_np(AT_FDCWD, "a", AT_FDCWD, "c", RENAME_EXCL) == 0 && content_of("c") == "b");
        CHECK(rename("c", "a") == 0);
    } else {
        CHECK_ERROR(renamex_np("a", "b", RENAME_SWAP), ENOTSUP);
        CHECK_ERROR(renamex_np("a", "c", RENAME_EXCL), ENOTSUP);
    }
    CHECK_ERROR(renamex_np("a", "b", RENAME_SWAP | RENAME_EXCL), EINVAL);
    CHECK_ERROR(renamex_np("a", "b", 0x1000), EINVAL);
    CHECK(rename("a", "b") == 0);
    CHECK_ERROR(rename("a", "b"), ENOENT);
    CHECK(mkdir("full", 0755) == 0 && mkdir("empty", 0755) == 0);
    make_file("full/x", "x");
    CHECK_ERROR(rename("empty", "full"), ENOTEMPTY);
    CHECK_ERROR(rename("b", "empty"), EISDIR);
    CHECK_ERROR(rename("empty", "b"), ENOTDIR);
    CHECK_ERROR(rename("full", "full/inside"), EINVAL);
}

static void listing()
{
    CHECK(mkdir("many", 0755) == 0);
    for (int i = 0; i < 300; ++i) make_file(("many/" + std::to_string(i)).c_str(), "");
    DIR* stream = opendir("many");
    std::set<std::string> names;
    long middle = 0;
    while (const dirent* entry = readdir(stream)) {
        CHECK(entry->d_namlen == strlen(entry->d_name) && entry->d_reclen >= 21 + entry->d_namlen + 1);
        if (entry->d_name[0] != '.') CHECK(entry->d_type == DT_REG);
        names.insert(entry->d_name);
        if (names.size() == 100) middle = telldir(stream);
    }
    CHECK(names.size() == 302);
    seekdir(stream, middle);
    int rest = 0;
    while (readdir(stream)) ++rest;
    CHECK(rest == 202);
    rewinddir(stream);
    CHECK(readdir(stream) != nullptr && dirfd(stream) >= 0);
    CHECK(closedir(stream) == 0);
    CHECK(opendir("file") == nullptr && errno == ENOTDIR);
    CHECK(fdopendir(-1) == nullptr && errno == EBADF);
}

static void paths()
{
    char here[1024], real[1024];
    CHECK(getcwd(here, sizeof here) == here);
    CHECK(realpath("dir/../link", real) && std::string(real) == std::string(here) + "/file");
    CHECK(realpath("nothing", real) == nullptr && errno == ENOENT);
    CHECK(access("file", R_OK | W_OK) == 0);
    CHECK_ERROR(access("nothing", F_OK), ENOENT);
    CHECK(symlink("nowhere", "dangling") == 0);
    CHECK_ERROR(access("dangling", F_OK), ENOENT);
    CHECK(faccessat(AT_FDCWD, "dangling", F_OK, AT_SYMLINK_NOFOLLOW) == 0);
    CHECK(pathconf(".", _PC_NAME_MAX) == 255 && pathconf(".", _PC_CASE_SENSITIVE) == 1);
    CHECK(chdir("dir") == 0 && access("../file", F_OK) == 0 && chdir("..") == 0);
    CHECK_ERROR(chdir("file"), ENOTDIR);
}

int main(int count, char** arguments)
{
    removing();
    linking();
    groups();
    renaming(count > 1 && std::string(arguments[1]) == "swaps");
    listing();
    paths();
    return report();
}
