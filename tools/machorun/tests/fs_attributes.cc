// Extended attributes and file flags: getxattr(2), setxattr(2), chflags(2).
#include <vector>

#include <sys/stat.h>
#include <sys/xattr.h>

#include "fs_check.h"

static std::string value_of(const char* path, const char* name, int options = 0)
{
    char value[4096];
    const ssize_t length = getxattr(path, name, value, sizeof value, 0, options);
    return length < 0 ? "(" + std::to_string(errno) + ")" : std::string(value, static_cast<size_t>(length));
}

static std::string names_of(const char* path, int options = 0)
{
    char names[4096];
    const ssize_t length = listxattr(path, names, sizeof names, options);
    std::string text;
    for (ssize_t at = 0; at < length; at += static_cast<ssize_t>(strlen(names + at)) + 1)
        text += std::string(names + at) + ";";
    return text;
}

static void plain_attributes()
{
    char value[16];
    CHECK(setxattr("file", "a", "one", 3, 0, 0) == 0 && value_of("link", "a") == "one");
    CHECK_ERROR(getxattr("file", "b", value, sizeof value, 0, 0), ENOATTR);
    CHECK_ERROR(removexattr("file", "b", 0), ENOATTR);
    CHECK_ERROR(setxattr("file", "b", "x", 1, 0, XATTR_REPLACE), ENOATTR);
    CHECK_ERROR(setxattr("file", "a", "x", 1, 0, XATTR_CREATE), EEXIST);
    CHECK_ERROR(setxattr("file", "a", "x", 1, 0, XATTR_CREATE | XATTR_REPLACE), EINVAL);
    CHECK_ERROR(setxattr("file", "a", "x", 1, 4, 0), EINVAL);
    CHECK_ERROR(getxattr("file", "a", value, 2, 0, 0), ERANGE);
    CHECK(getxattr("file", "a", nullptr, 0, 0, 0) == 3);
    CHECK(setxattr("file", "empty", "", 0, 0, 0) == 0 && getxattr("file", "empty", value, 16, 0, 0) == 0);
    CHECK(names_of("file") == "a;empty;" || names_of("file") == "empty;a;");
    CHECK_ERROR(listxattr("file", value, 3, 0), ERANGE);
    CHECK(listxattr("file", nullptr, 0, 0) == 8);
    CHECK_ERROR(setxattr("file", std::string(128, 'n').c_str(), "x", 1, 0, 0), ENAMETOOLONG);
    CHECK(setxattr("file", std::string(127, 'n').c_str(), "x", 1, 0, 0) == 0);
    CHECK_ERROR(setxattr("file", "\xff\xfe", "x", 1, 0, 0), EINVAL);
    CHECK_ERROR(setxattr("link", "a", "x", 1, 0, XATTR_NOFOLLOW_ANY), ELOOP);
    CHECK(removexattr("file", std::string(127, 'n').c_str(), 0) == 0 && removexattr("file", "empty", 0) == 0);
    const int fd = open("file", O_RDWR);
    CHECK(fsetxattr(fd, "f", "two", 3, 0, 0) == 0 && fgetxattr(fd, "f", value, 16, 0, 0) == 3);
    CHECK_ERROR(fgetxattr(fd, "f", value, 16, 0, XATTR_NOFOLLOW), EINVAL);
    CHECK(flistxattr(fd, nullptr, 0, 0) == 4 && fremovexattr(fd, "f", 0) == 0);
    close(fd);
}

static void link_attributes()
{
    if (geteuid() != 0) return;
    CHECK(setxattr("link", "of link", "x", 1, 0, XATTR_NOFOLLOW) == 0 && names_of("file") == "a;");
    CHECK(names_of("link", XATTR_NOFOLLOW) == "of link;" && value_of("link", "of link", XATTR_NOFOLLOW) == "x");
    const int fd = open("link", O_RDONLY | O_SYMLINK);
    char value[4];
    CHECK(fgetxattr(fd, "of link", value, sizeof value, 0, 0) == 1);
    close(fd);
    CHECK(removexattr("link", "of link", XATTR_NOFOLLOW) == 0 && names_of("link", XATTR_NOFOLLOW).empty());
}

static void special_attributes()
{
    for (const char* name : {"com.apple.provenance", "com.apple.macl", "com.apple.rootless", "com.apple.system.x"}) {
        CHECK_ERROR(setxattr("file", name, "x", 1, 0, 0), EPERM);
        CHECK_ERROR(removexattr("file", name, 0), EPERM);
    }
    std::string info(32, '\0');
    CHECK_ERROR(setxattr("file", XATTR_FINDERINFO_NAME, info.data(), 31, 0, 0), ERANGE);
    info[8] = 4;
    CHECK(setxattr("file", XATTR_FINDERINFO_NAME, info.data(), 32, 0, 0) == 0);
    CHECK(value_of("file", XATTR_FINDERINFO_NAME) == info);
    info[8] = 0;
    CHECK(setxattr("file", XATTR_FINDERINFO_NAME, info.data(), 32, 0, 0) == 0 && names_of("file") == "a;");
    const char* const fork = XATTR_RESOURCEFORK_NAME;
    char value[8];
    CHECK(setxattr("file", fork, "0123", 4, 0, 0) == 0 && setxattr("file", fork, "xyz", 3, 3, 0) == 0);
    CHECK(value_of("file", fork) == "012xyz" && getxattr("file", fork, nullptr, 0, 0, 0) == 6);
    CHECK(getxattr("file", fork, value, 2, 2, 0) == 2 && std::string(value, 2) == "2x");
    CHECK(getxattr("file", fork, value, 8, 6, 0) == 0 && removexattr("file", fork, 0) == 0);
    CHECK_ERROR(setxattr(".", fork, "x", 1, 0, 0), EPERM);
}

static uint32_t flags_of(const char* path)
{
    struct stat status = {};
    CHECK(lstat(path, &status) == 0);
    return status.st_flags;
}

static void immutable_file()
{
    CHECK(chflags("link", UF_IMMUTABLE | UF_HIDDEN) == 0 && flags_of("file") == (UF_IMMUTABLE | UF_HIDDEN));
    CHECK_ERROR(open("file", O_RDWR), EPERM);
    CHECK_ERROR(open("file", O_RDONLY | O_TRUNC), EPERM);
    CHECK_ERROR(truncate("file", 0), EPERM);
    CHECK_ERROR(unlink("file"), EPERM);
    CHECK_ERROR(rename("file", "other"), EPERM);
    make_file("other", "other");
    CHECK_ERROR(rename("other", "file"), EPERM);
    CHECK_ERROR(link("file", "another"), EPERM);
    CHECK_ERROR(chmod("file", 0600), EPERM);
    CHECK_ERROR(chown("file", geteuid(), getegid()), EPERM);
    CHECK_ERROR(utimensat(AT_FDCWD, "file", nullptr, 0), EPERM);
    CHECK_ERROR(setxattr("file", "b", "x", 1, 0, 0), EPERM);
    CHECK_ERROR(removexattr("file", "a", 0), EPERM);
    CHECK(content_of("file") == "content" && value_of("file", "a") == "one");
    CHECK(chflags("file", 0) == 0 && flags_of("file") == 0 && chmod("file", 0644) == 0);
}

static void append_only()
{
    CHECK(chflags("other", UF_APPEND) == 0);
    CHECK_ERROR(open("other", O_WRONLY), EPERM);
    CHECK_ERROR(open("other", O_WRONLY | O_APPEND | O_TRUNC), EPERM);
    const int fd = open("other", O_WRONLY | O_APPEND);
    CHECK(fd >= 0 && write(fd, "!", 1) == 1 && content_of("other") == "other!");
    CHECK_ERROR(ftruncate(fd, 0), EPERM);
    CHECK_ERROR(unlink("other"), EPERM);
    close(fd);
    CHECK(chflags("other", 0) == 0 && unlink("other") == 0);
    CHECK(mkdir("dir", 0755) == 0);
    make_file("dir/inner", "x");
    CHECK(chflags("dir", UF_IMMUTABLE) == 0);
    CHECK_ERROR(open("dir/new", O_WRONLY | O_CREAT, 0600), EPERM);
    CHECK_ERROR(mkdir("dir/new", 0700), EPERM);
    CHECK_ERROR(unlink("dir/inner"), EPERM);
    CHECK_ERROR(rename("dir/inner", "inner"), EPERM);
    CHECK_ERROR(rename("file", "dir/file"), EPERM);
    const int inner = open("dir/inner", O_RDWR);  // what is in there can be written
    CHECK(inner >= 0 && close(inner) == 0);
    CHECK(chflags("dir", UF_APPEND) == 0 && mkdir("dir/new", 0700) == 0);
    CHECK_ERROR(rmdir("dir/new"), EPERM);
    CHECK(chflags("dir", 0) == 0 && rmdir("dir/new") == 0);
}

static void other_flags()
{
    CHECK_ERROR(chflags("file", UF_COMPRESSED), EPERM);
    CHECK_ERROR(chflags("file", SF_DATALESS), EPERM);
    CHECK_ERROR(chflags("file", 0x00004000), EINVAL);
    CHECK(chflags("file", UF_NODUMP | UF_OPAQUE | UF_TRACKED) == 0 && chflags("file", 0) == 0);
    const int fd = open("file", O_RDONLY);
    CHECK(fchflags(fd, UF_NODUMP) == 0 && flags_of("file") == UF_NODUMP && fchflags(fd, 0) == 0);
    close(fd);
    if (geteuid() != 0) {
        CHECK_ERROR(chflags("file", SF_ARCHIVED), EPERM);
        return;
    }
    CHECK(chflags("file", SF_ARCHIVED) == 0 && flags_of("file") == SF_ARCHIVED && chflags("file", 0) == 0);
    CHECK(lchflags("link", UF_IMMUTABLE) == 0 && flags_of("link") == UF_IMMUTABLE && flags_of("file") == 0);
    CHECK_ERROR(unlink("link"), EPERM);
    CHECK_ERROR(lchmod("link", 0700), EPERM);
    CHECK(lchflags("link", 0) == 0);
}

int main()
{
    make_file("file", "content");
    CHECK(symlink("file", "link") == 0);
    plain_attributes();
    link_attributes();
    special_attributes();
    immutable_file();
    append_only();
    other_flags();
    return report();
}
