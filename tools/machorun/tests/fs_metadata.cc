// stat(2), chmod(2), chown(2), utimensat(2).
#include <sys/stat.h>
#include <sys/time.h>

#include "fs_check.h"

static_assert(sizeof(struct stat) == 144 && offsetof(struct stat, st_birthtimespec) == 80);
static_assert(offsetof(struct stat, st_flags) == 116 && UTIME_NOW == -1 && UTIME_OMIT == -2);

static struct stat status_of(const char* path)
{
    struct stat status = {};
    CHECK(lstat(path, &status) == 0);
    return status;
}

static void modes()
{
    CHECK(chmod("file", 04711) == 0 && (status_of("file").st_mode & 07777) == 04711);
    CHECK(fchmodat(AT_FDCWD, "link", 0640, 0) == 0 && (status_of("file").st_mode & 07777) == 0640);
    if (geteuid() == 0) {
        CHECK(lchmod("link", 0700) == 0 && (status_of("link").st_mode & 07777) == 0700);
        CHECK(fchmodat(AT_FDCWD, "link", 0751, AT_SYMLINK_NOFOLLOW) == 0);
        CHECK(status_of("link").st_mode == (S_IFLNK | 0751) && (status_of("file").st_mode & 07777) == 0640);
    }
    CHECK(fchmodat(AT_FDCWD, "file", 0600, AT_SYMLINK_NOFOLLOW) == 0 && (status_of("file").st_mode & 0777) == 0600);
    CHECK_ERROR(fchmodat(AT_FDCWD, "file", 0600, 0x4000), EINVAL);
    CHECK_ERROR(fchmodat(AT_FDCWD, "link", 0600, AT_SYMLINK_NOFOLLOW_ANY), ELOOP);
}

static void owners()
{
    if (geteuid() != 0) return;
    CHECK(chown("link", 1001, 1002) == 0 && status_of("file").st_uid == 1001 && status_of("file").st_gid == 1002);
    CHECK(lchown("link", 1003, static_cast<gid_t>(-1)) == 0 && status_of("link").st_uid == 1003);
    CHECK(status_of("file").st_uid == 1001);
    CHECK(fchownat(AT_FDCWD, "link", 1004, 1005, AT_SYMLINK_NOFOLLOW) == 0 && status_of("link").st_gid == 1005);
    CHECK(chown("file", 0, 0) == 0);
}

static void times()
{
    const timespec set[2] = {{1000000000, 123456789}, {1100000000, 987654321}};
    CHECK(utimensat(AT_FDCWD, "file", set, 0) == 0);
    struct stat status = status_of("file");
    CHECK(status.st_atimespec.tv_sec == 1000000000 && status.st_mtimespec.tv_nsec == 987654321);
    // Earlier than the birth: APFS and HFS+ move that back.
    CHECK(status.st_birthtimespec.tv_sec == 1100000000 && status.st_birthtimespec.tv_nsec == 987654321);
    const timespec later[2] = {{0, UTIME_OMIT}, {1200000000, 0}};
    CHECK(utimensat(AT_FDCWD, "file", later, 0) == 0);
    status = status_of("file");
    CHECK(status.st_atimespec.tv_sec == 1000000000 && status.st_mtimespec.tv_sec == 1200000000);
    CHECK(status.st_birthtimespec.tv_sec == 1100000000);
    const timespec now[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
    CHECK(utimensat(AT_FDCWD, "file", now, 0) == 0 && status_of("file").st_atimespec.tv_sec > 1700000000);
    CHECK(status_of("file").st_mtimespec.tv_sec == 1200000000);
    const timespec wrong[2] = {{0, (1 << 30) - 1}, {0, 0}};  // UTIME_NOW of Linux
    CHECK_ERROR(utimensat(AT_FDCWD, "file", wrong, 0), EINVAL);
    CHECK(utimensat(AT_FDCWD, "link", set, AT_SYMLINK_NOFOLLOW) == 0);
    CHECK(status_of("link").st_mtimespec.tv_sec == 1100000000 && status_of("file").st_mtimespec.tv_sec == 1200000000);
    const timeval old[2] = {{900000000, 5}, {900000001, 6}};
    CHECK(lutimes("link", old) == 0 && status_of("link").st_mtimespec.tv_nsec == 6000);
    CHECK(utimes("file", old) == 0 && status_of("file").st_atimespec.tv_nsec == 5000);
    const int fd = open("file", O_RDONLY);
    CHECK(futimens(fd, set) == 0 && status_of("file").st_mtimespec.tv_sec == 1100000000);
    close(fd);
    const int link = open("link", O_RDONLY | O_SYMLINK);
    CHECK(futimens(link, set) == 0 && status_of("link").st_mtimespec.tv_sec == 1100000000);
    close(link);
}

static void devices()
{
    constexpr dev_t kDevice = 7 << 24 | 70000;  // eight bits for the major number
    if (geteuid() != 0) return;
    CHECK(mknod("device", S_IFCHR | 0600, kDevice) == 0);
    const struct stat status = status_of("device");
    CHECK(S_ISCHR(status.st_mode) && status.st_rdev == kDevice);
    CHECK(status_of("file").st_dev == status_of(".").st_dev);
}

int main()
{
    make_file("file", "content");
    CHECK(symlink("file", "link") == 0);
    const struct stat status = status_of("file");
    CHECK(status.st_size == 7 && status.st_nlink == 1 && status.st_uid == geteuid() && status.st_flags == 0);
    CHECK(status.st_birthtimespec.tv_sec > 1700000000);
    CHECK(S_ISLNK(status_of("link").st_mode) && status_of("link").st_size == 4);
    struct stat followed;
    CHECK(fstatat(AT_FDCWD, "link", &followed, 0) == 0 && followed.st_ino == status.st_ino);
    CHECK_ERROR(fstatat(AT_FDCWD, "link", &followed, AT_SYMLINK_NOFOLLOW_ANY), ELOOP);
    CHECK_ERROR(fstatat(AT_FDCWD, "link", &followed, 0x4), EINVAL);
    modes();
    owners();
    times();
    devices();
    return report();
}
