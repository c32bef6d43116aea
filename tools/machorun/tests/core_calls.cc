// Calls to be logged or made to fail.
#include <fcntl.h>
#include <pthread.h>
#include <sys/acl.h>
#include <sys/event.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "core_check.h"

namespace {

int make_file(const char* name)
{
    return openat(AT_FDCWD, name, O_RDWR | O_CREAT | O_TRUNC, 0640);
}

void check_mode()
{
    struct stat status{};
    const int fd = make_file("file \"1\"");
    CHECK(fd >= 0 && fstat(fd, &status) == 0 && (status.st_mode & 0777) == 0640);  // the fourth, variadic argument
    CHECK(write(fd, "abc", 3) == 3 && close(fd) == 0);
    CHECK_ERRNO(openat(AT_FDCWD, "missing", O_RDONLY), ENOENT);
    CHECK(kqueue() >= 0);
}

// MACHORUN_FAULT=write:EIO:2,fstat:ENOTSUP:0,read:EINTR:0,pthread_mutex_lock:EDEADLK:1,acl_get_fd_np:EPERM:1
void check_faults()
{
    struct stat status{};
    const int fd = make_file("file");
    CHECK(write(fd, "abc", 3) == 3);
    CHECK_ERRNO(write(fd, "abc", 3), EIO);
    CHECK(write(fd, "abc", 3) == 3);
    for (int i = 0; i < 3; ++i) CHECK_ERRNO(fstat(fd, &status), ENOTSUP);
    char buffer[4];
    CHECK_ERRNO(read(fd, buffer, 1), EINTR);
    CHECK(read(fd, buffer, 1) == 0);
    CHECK_ERRNO(read(fd, buffer, 1), EINTR);
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    CHECK(pthread_mutex_lock(&mutex) == EDEADLK && pthread_mutex_lock(&mutex) == 0);
    CHECK(acl_get_fd_np(fd, ACL_TYPE_EXTENDED) == nullptr && errno == EPERM);
}

}  // namespace

int main(int argc, char** argv)
{
    const std::string_view what = argc > 1 ? argv[1] : "";
    what == "faults" ? check_faults() : check_mode();
    return core_failures != 0;
}
