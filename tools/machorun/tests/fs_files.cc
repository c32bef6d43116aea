// open(2), fcntl(2), lseek(2) and errno(2) as the macOS manual has them.
#include <sys/stat.h>
#include <sys/uio.h>

#include "fs_check.h"

static_assert(sizeof(fstore_t) == 32 && sizeof(fpunchhole_t) == 24 && sizeof(struct flock) == 24);
static_assert(O_CREAT == 0x200 && O_SYMLINK == 0x200000 && O_NOFOLLOW_ANY == 0x20000000 && AT_FDCWD == -2);
static_assert(F_PREALLOCATE == 42 && F_PUNCHHOLE == 99 && F_GETPATH == 50 && SEEK_HOLE == 3 && SEEK_DATA == 4);

static void errors()
{
    static_assert(ENOTSUP == 45 && ENOATTR == 93 && EAGAIN == 35 && EDEADLK == 11 && EFTYPE == 79);
    CHECK(std::string(strerror(ENOTSUP)) == "Operation not supported");
    CHECK(std::string(strerror(ENOATTR)) == "Attribute not found");
    CHECK(std::string(strerror(ELOOP)) == "Too many levels of symbolic links");
    CHECK(std::string(strerror(0)) == "Undefined error: 0");
    CHECK(std::string(strerror(4711)) == "Unknown error: 4711");
    char text[8];
    CHECK(strerror_r(ENOENT, text, sizeof text) == ERANGE);
    CHECK_ERROR(open("no such file", O_RDONLY), ENOENT);
    CHECK_ERROR(open(std::string(300, 'x').c_str(), O_RDONLY | O_CREAT, 0600), ENAMETOOLONG);
    CHECK_ERROR(open(std::string(1024, '/').c_str(), O_RDONLY), ENAMETOOLONG);
    CHECK_ERROR(close(-1), EBADF);
    CHECK_ERROR(pread(0, text, size_t{1} << 31, 0), EINVAL);
}

static void opening()
{
    make_file("file", "content");
    CHECK(symlink("file", "link") == 0);
    CHECK(mkdir("dir", 0755) == 0);
    CHECK(symlink("dir", "dirlink") == 0);
    make_file("dir/inner", "x");
    CHECK_ERROR(open("file", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
    CHECK_ERROR(open("link", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
    CHECK_ERROR(open("link", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_ERROR(open("link", O_RDONLY | O_NOFOLLOW_ANY), ELOOP);
    CHECK_ERROR(open("dirlink/inner", O_RDONLY | O_NOFOLLOW_ANY), ELOOP);
    CHECK_ERROR(open("file", O_RDONLY | O_DIRECTORY), ENOTDIR);
    CHECK_ERROR(open("dir", O_RDWR), EISDIR);
    CHECK_ERROR(open("file", O_RDWR | O_EXLOCK), ENOTSUP);
    int fd = open("dirlink/inner", O_RDONLY | O_NOFOLLOW);
    CHECK(fd >= 0 && close(fd) == 0);
    fd = open("dir/inner", O_RDONLY | O_NOFOLLOW_ANY);
    CHECK(fd >= 0 && close(fd) == 0);
    fd = openat(AT_FDCWD, "dir", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CHECK(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
    const int inner = openat(fd, "inner", O_RDWR | O_APPEND | O_NONBLOCK);
    CHECK((fcntl(inner, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK)) == (O_RDWR | O_APPEND | O_NONBLOCK));
    CHECK(fcntl(inner, F_SETFL, 0) == 0 && (fcntl(inner, F_GETFL) & (O_APPEND | O_NONBLOCK)) == 0);
    close(inner);
    close(fd);
}

static void links()
{
    struct stat status;
    char target[64] = "";
    int fd = open("link", O_RDONLY | O_SYMLINK);
    CHECK(fd >= 0 && fstat(fd, &status) == 0 && S_ISLNK(status.st_mode));
    CHECK(freadlink(fd, target, sizeof target) == 4 && std::string(target) == "file");
    close(fd);
    fd = open("file", O_RDONLY | O_SYMLINK);
    CHECK(fd >= 0 && read(fd, target, sizeof target) == 7);
    CHECK_ERROR(freadlink(fd, target, sizeof target), EINVAL);
    close(fd);
    fd = open("file", O_EVTONLY);
    CHECK(fd >= 0 && fstat(fd, &status) == 0);
    CHECK_ERROR(read(fd, target, 1), EBADF);
    close(fd);
}

static void allocating()
{
    const int fd = open("allocated", O_RDWR | O_CREAT, 0644);
    CHECK(write(fd, "0123456789", 10) == 10);
    fsync(fd);
    struct stat before, after;
    fstat(fd, &before);
    fstore_t store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, 1 << 20, 0};
    CHECK(fcntl(fd, F_PREALLOCATE, &store) == 0 && store.fst_bytesalloc == 1 << 20);
    CHECK(fstat(fd, &after) == 0 && after.st_size == 10 && after.st_blocks >= before.st_blocks + (1 << 20) / 512);
    store.fst_offset = 4096;
    CHECK_ERROR(fcntl(fd, F_PREALLOCATE, &store), EINVAL);
    store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, int64_t{1} << 50, 0};
    CHECK(fcntl(fd, F_PREALLOCATE, &store) == -1 && (errno == ENOSPC || errno == EFBIG));
    CHECK(ftruncate(fd, 16 << 10) == 0);
    std::string block(16 << 10, 'x');
    CHECK(pwrite(fd, block.data(), block.size(), 0) == 16 << 10);
    fpunchhole_t hole = {0, 0, 4096, 4096};
    CHECK(fcntl(fd, F_PUNCHHOLE, &hole) == 0);
    CHECK(lseek(fd, 0, SEEK_HOLE) == 4096 && lseek(fd, 4096, SEEK_DATA) == 8192);
    CHECK_ERROR(lseek(fd, 1 << 20, SEEK_DATA), ENXIO);
    hole.fp_offset = 100;
    CHECK_ERROR(fcntl(fd, F_PUNCHHOLE, &hole), EINVAL);
    close(fd);
}

static void controlling()
{
    char path[1024];
    const int fd = open("dir/../file", O_RDWR);
    CHECK(fcntl(fd, F_GETPATH, path) == 0 && path[0] == '/' && std::string(path).ends_with("/file"));
    CHECK(fcntl(fd, F_NOCACHE, 1) == 0 && fcntl(fd, F_RDAHEAD, 0) == 0);
    radvisory advice = {0, 100};
    CHECK(fcntl(fd, F_RDADVISE, &advice) == 0);
    CHECK(fcntl(fd, F_FULLFSYNC) == 0 && fcntl(fd, F_BARRIERFSYNC) == 0);
    log2phys map = {};
    CHECK_ERROR(fcntl(fd, F_LOG2PHYS_EXT, &map), ENOTSUP);
    CHECK_ERROR(fcntl(fd, 999), EINVAL);
    const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 100);
    CHECK(copy >= 100 && fcntl(copy, F_GETFD) == FD_CLOEXEC);
    close(copy);
    struct flock lock = {0, 0, 0, F_WRLCK, SEEK_SET};
    CHECK(fcntl(fd, F_SETLK, &lock) == 0);
    lock.l_type = F_UNLCK;
    CHECK(fcntl(fd, F_SETLK, &lock) == 0);
    close(fd);
    int ends[2];
    CHECK(pipe(ends) == 0 && fcntl(ends[1], F_SETNOSIGPIPE, 1) == 0);
    close(ends[0]);
    CHECK_ERROR(write(ends[1], "x", 1), EPIPE);  // and no signal
    CHECK_ERROR(lseek(ends[1], 0, SEEK_SET), ESPIPE);
    close(ends[1]);
}

static void moving_data()
{
    const int fd = open("vector", O_RDWR | O_CREAT, 0644);
    char first[4], second[8];
    iovec out[2] = {{const_cast<char*>("abc"), 3}, {const_cast<char*>("defgh"), 5}};
    CHECK(writev(fd, out, 2) == 8 && pwritev(fd, out, 2, 8) == 8);
    iovec in[2] = {{first, 4}, {second, 8}};
    CHECK(preadv(fd, in, 2, 2) == 12 && std::string(first, 4) == "cdef" && std::string(second, 8) == "ghabcdef");
    CHECK(truncate("vector", 5) == 0 && content_of("vector") == "abcde");
    CHECK_ERROR(readv(fd, in, 0), EINVAL);
    close(fd);
}

int main()
{
    errors();
    opening();
    links();
    allocating();
    controlling();
    moving_data();
    return report();
}
