// Files that only the system makes: dataless, compressed, with attributes of its own. The test has marked them already.
#include <copyfile.h>
#include <sys/attr.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "fs_check.h"

static uint32_t flags_of(const char* path)
{
    struct stat status = {};
    CHECK(lstat(path, &status) == 0);
    return status.st_flags;
}

static void set_policy(int policy)
{
    CHECK(setiopolicy_np(IOPOL_TYPE_VFS_MATERIALIZE_DATALESS_FILES, IOPOL_SCOPE_PROCESS, policy) == 0);
}

static void dataless()
{
    char byte;
    CHECK(flags_of("dataless") == SF_DATALESS);
    set_policy(IOPOL_MATERIALIZE_DATALESS_FILES_OFF);
    int fd = open("dataless", O_RDONLY);
    CHECK(fd >= 0);
    CHECK_ERROR(read(fd, &byte, 1), EDEADLK);
    CHECK_ERROR(pread(fd, &byte, 1, 0), EDEADLK);
    const int copy = dup(fd), target = open("copy", O_RDWR | O_CREAT, 0644);
    CHECK_ERROR(read(copy, &byte, 1), EDEADLK);
    CHECK_ERROR(fcopyfile(fd, target, nullptr, COPYFILE_DATA), EDEADLK);
    close(copy);
    close(target);
    CHECK(flags_of("dataless") == SF_DATALESS);  // looking at it is no download
    set_policy(IOPOL_MATERIALIZE_DATALESS_FILES_ON);
    CHECK(read(fd, &byte, 1) == 1 && byte == 'c' && flags_of("dataless") == 0);
    close(fd);
    set_policy(IOPOL_MATERIALIZE_DATALESS_FILES_OFF);
    CHECK(content_of("dataless") == "content");
}

static void compressed()
{
    char names[256];
    CHECK(flags_of("compressed") == UF_COMPRESSED);
    CHECK(listxattr("compressed", names, sizeof names, 0) == 0);
    CHECK_ERROR(getxattr("compressed", "com.apple.decmpfs", nullptr, 0, 0, 0), ENOATTR);
    CHECK(getxattr("compressed", "com.apple.decmpfs", nullptr, 0, 0, XATTR_SHOWCOMPRESSION) == 3);
    CHECK(listxattr("compressed", names, sizeof names, XATTR_SHOWCOMPRESSION) == sizeof "com.apple.decmpfs");
    CHECK(chflags("compressed", UF_COMPRESSED | UF_HIDDEN) == 0);  // that flag is as it was
    CHECK_ERROR(chflags("compressed", UF_HIDDEN), EPERM);
}

static void marked()
{
    char names[256] = "";
    CHECK(listxattr("marked", names, sizeof names, 0) == sizeof "com.apple.provenance");
    CHECK(std::string(names) == "com.apple.provenance");
    CHECK(getxattr("marked", "com.apple.provenance", nullptr, 0, 0, 0) == 3);
    CHECK_ERROR(removexattr("marked", "com.apple.provenance", 0), EPERM);
    CHECK_ERROR(getxattr("marked", "com.apple.system.Security", nullptr, 0, 0, 0), EPERM);
    CHECK_ERROR(setxattr("marked", "machorun.flags", "0x2", 3, 0, 0), EPERM);
    CHECK(flags_of("firmlink") == SF_FIRMLINK);
}

int main()
{
    dataless();
    compressed();
    marked();
    return report();
}
