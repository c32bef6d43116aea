// clonefile(2) and fcopyfile(3). Arguments: "clones" where clones are to be had; then a directory of another volume.
#include <copyfile.h>
#include <sys/acl.h>
#include <sys/clonefile.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "fs_check.h"

static_assert(CLONE_NOFOLLOW == 1 && CLONE_NOOWNERCOPY == 2 && CLONE_ACL == 4);
static_assert(COPYFILE_DATA == 8 && COPYFILE_DATA_SPARSE == 1 << 27 && COPYFILE_STATE_COPIED == 8);

static struct stat status_of(const char* path)
{
    struct stat status = {};
    CHECK(lstat(path, &status) == 0);
    return status;
}

static bool has_acl(const char* path)
{
    acl_t acl = acl_get_file(path, ACL_TYPE_EXTENDED);
    if (acl) acl_free(acl);
    return acl != nullptr;
}

static void make_source()
{
    make_file("source", std::string(10000, 's'));
    CHECK(setxattr("source", "tag", "value", 5, 0, 0) == 0);
    acl_t acl = acl_from_text("!#acl 1\nuser:::0:allow:read\n");
    CHECK(acl && acl_set_file("source", ACL_TYPE_EXTENDED, acl) == 0);
    acl_free(acl);
    if (geteuid() == 0) CHECK(chown("source", 1001, 1002) == 0);
    CHECK(chmod("source", 04750) == 0);
    const timespec times[2] = {{1000000000, 1}, {1000000001, 2}};
    CHECK(utimensat(AT_FDCWD, "source", times, 0) == 0 && chflags("source", UF_HIDDEN) == 0);
    CHECK(symlink("source", "link") == 0 && mkdir("dir", 0755) == 0);
}

static void check_clone(const char* path, bool with_owner, bool with_acl)
{
    const struct stat status = status_of(path);
    char value[8];
    CHECK(content_of(path) == std::string(10000, 's') && (status.st_mode & 07777) == 0750);
    CHECK(status.st_mtimespec.tv_sec == 1000000001 && status.st_mtimespec.tv_nsec == 2);
    CHECK(status.st_birthtimespec.tv_sec == 1000000001 && status.st_flags == UF_HIDDEN);
    CHECK(getxattr(path, "tag", value, sizeof value, 0, 0) == 5 && has_acl(path) == with_acl);
    if (geteuid() == 0) CHECK(status.st_uid == (with_owner ? 1001 : 0));
}

static void cloning()
{
    CHECK(clonefile("source", "clone", 0) == 0);
    check_clone("clone", true, false);
    CHECK_ERROR(clonefile("source", "clone", 0), EEXIST);
    CHECK_ERROR(clonefile("nothing", "clone2", 0), ENOENT);
    CHECK_ERROR(clonefile("source", "clone2", 0x100), EINVAL);
    CHECK(clonefileat(AT_FDCWD, "link", AT_FDCWD, "clone2", CLONE_NOOWNERCOPY) == 0);
    check_clone("clone2", false, false);
    const int fd = open("source", O_RDONLY);
    CHECK(fclonefileat(fd, AT_FDCWD, "clone3", CLONE_ACL) == 0);
    check_clone("clone3", true, true);
    close(fd);
    CHECK(clonefile("link", "linkclone", CLONE_NOFOLLOW) == 0 && S_ISLNK(status_of("linkclone").st_mode));
    CHECK_ERROR(clonefile("dir", "dirclone", 0), ENOTSUP);
    CHECK_ERROR(clonefile("source", "nodir/clone", 0), ENOENT);
    CHECK(chflags("dir", UF_IMMUTABLE) == 0);
    CHECK_ERROR(clonefile("source", "dir/clone", 0), EPERM);
    CHECK(chflags("dir", 0) == 0);
    // Shared blocks: a change of the clone leaves the source alone.
    const int clone = open("clone", O_RDWR);
    CHECK(pwrite(clone, "!", 1, 0) == 1 && content_of("source")[0] == 's');
    close(clone);
}

static void not_cloning()
{
    CHECK_ERROR(clonefile("source", "clone", 0), ENOTSUP);
    CHECK_ERROR(clonefile("link", "clone", CLONE_NOFOLLOW), ENOTSUP);
    const int fd = open("source", O_RDONLY);
    CHECK_ERROR(fclonefileat(fd, AT_FDCWD, "clone", 0), ENOTSUP);
    close(fd);
    CHECK(access("clone", F_OK) == -1 && errno == ENOENT);
    CHECK_ERROR(clonefile("source", "link", 0), EEXIST);
}

struct Progress {
    int calls = 0;
    int answer = COPYFILE_CONTINUE;
    off_t last = 0;
};

static int on_progress(int what, int stage, copyfile_state_t state, const char*, const char*, void* context)
{
    auto* progress = static_cast<Progress*>(context);
    if (what != COPYFILE_COPY_DATA || stage != COPYFILE_PROGRESS) return COPYFILE_CONTINUE;
    ++progress->calls;
    copyfile_state_get(state, COPYFILE_STATE_COPIED, &progress->last);
    return progress->answer;
}

static void copying()
{
    make_file("large", std::string(3 << 20, 'l'));
    make_file("target", std::string(5 << 20, 't'));
    Progress progress;
    copyfile_state_t state = copyfile_state_alloc();
    CHECK(copyfile_state_set(state, COPYFILE_STATE_STATUS_CB, reinterpret_cast<void*>(on_progress)) == 0);
    CHECK(copyfile_state_set(state, COPYFILE_STATE_STATUS_CTX, &progress) == 0);
    int from = open("large", O_RDONLY), to = open("target", O_RDWR);
    CHECK(fcopyfile(from, to, state, COPYFILE_DATA) == 0 && progress.calls >= 2 && progress.last == 3 << 20);
    CHECK(status_of("target").st_size == 3 << 20 && content_of("target") == std::string(65536, 'l'));
    progress = {0, COPYFILE_QUIT, 0};
    CHECK(lseek(from, 0, SEEK_SET) == 0 && lseek(to, 0, SEEK_SET) == 0);
    CHECK_ERROR(fcopyfile(from, to, state, COPYFILE_DATA), ECANCELED);
    CHECK(progress.calls == 1);
    CHECK_ERROR(copyfile_state_set(state, 99, &progress), EINVAL);
    CHECK(copyfile_state_free(state) == 0);
    // From the current position; what lies behind in the target is cut.
    CHECK(lseek(from, (3 << 20) - 3, SEEK_SET) > 0 && lseek(to, 2, SEEK_SET) == 2);
    CHECK(fcopyfile(from, to, nullptr, COPYFILE_DATA) == 0 && content_of("target") == "lllll");
    CHECK_ERROR(fcopyfile(from, -1, nullptr, COPYFILE_DATA), EBADF);
    CHECK_ERROR(fcopyfile(from, to, nullptr, COPYFILE_CHECK), ENOTSUP);
    CHECK_ERROR(copyfile("large", "copy", nullptr, COPYFILE_ALL), ENOTSUP);
    close(from);
    from = open("source", O_RDONLY);
    CHECK(fcopyfile(from, to, nullptr, COPYFILE_ALL) == 0);
    const struct stat status = status_of("target");
    CHECK(status.st_mtimespec.tv_nsec == 2 && status.st_flags == UF_HIDDEN && has_acl("target"));
    CHECK(getxattr("target", "tag", nullptr, 0, 0, 0) == 5);
    close(from);
    close(to);
}

static void copying_holes()
{
    const int from = open("sparse", O_RDWR | O_CREAT, 0644), to = open("sparse copy", O_RDWR | O_CREAT, 0644);
    CHECK(pwrite(from, "begin", 5, 0) == 5 && pwrite(from, "end", 3, 8 << 20) == 3 && ftruncate(from, 16 << 20) == 0);
    CHECK(fcopyfile(from, to, nullptr, COPYFILE_DATA | COPYFILE_DATA_SPARSE) == 0);
    fsync(to);
    const struct stat status = status_of("sparse copy");
    char text[4] = "";
    CHECK(status.st_size == 16 << 20 && status.st_blocks < 1024 && pread(to, text, 3, 8 << 20) == 3);
    CHECK(std::string(text) == "end" && pread(to, text, 1, 0) == 1 && text[0] == 'b');
    close(from);
    close(to);
}

int main(int count, char** arguments)
{
    make_source();
    if (count > 1 && std::string(arguments[1]) == "clones")
        cloning();
    else
        not_cloning();
    if (count > 2) CHECK_ERROR(clonefile("source", (std::string(arguments[2]) + "/clone").c_str(), 0), EXDEV);
    copying();
    copying_holes();
    return report();
}
