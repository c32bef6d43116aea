// A full disk: ENOSPC from writing, preallocating and copying, and nothing left of a copy that failed.
#include <copyfile.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "fs_check.h"

static off_t free_bytes()
{
    struct statfs info;
    CHECK(statfs(".", &info) == 0);
    return static_cast<off_t>(info.f_bavail) * info.f_bsize;
}

int main()
{
    make_file("small", std::string(1 << 20, 's'));
    const int fd = open("ballast", O_RDWR | O_CREAT, 0644), small = open("small", O_RDONLY);
    const int target = open("target", O_RDWR | O_CREAT, 0644);
    fstore_t store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, free_bytes() + (1 << 20), 0};
    CHECK_ERROR(fcntl(fd, F_PREALLOCATE, &store), ENOSPC);
    CHECK(store.fst_bytesalloc == 0);
    // Piece by piece, because the last blocks are the file system's own.
    for (off_t piece = 64 << 20; piece >= 4096;) {
        store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, piece, 0};
        if (fcntl(fd, F_PREALLOCATE, &store) != 0) piece /= 2;
    }
    CHECK_ERROR(fcopyfile(small, target, nullptr, COPYFILE_DATA), ENOSPC);
    CHECK(truncate("ballast", 0) == 0 && ftruncate(fd, 1) == 0 && lseek(small, 0, SEEK_SET) == 0);
    CHECK(lseek(target, 0, SEEK_SET) == 0 && fcopyfile(small, target, nullptr, COPYFILE_DATA) == 0);
    return report();
}
