// From a path of the program to a place in the Linux file system. Without declared volumes the path goes to Linux as it
// is; with them every component is looked up by the rules of the volume it lies in.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace machorun {

struct Volume;

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor()
    {
        if (fd_ >= 0) close(fd_);
    }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_ = -1;
};

enum class Links {
    kFollow,    // as open(2) does
    kNofollow,  // the last component may be a link and is taken as the link itself
    kNone       // O_NOFOLLOW_ANY and its kin: a link anywhere is ELOOP
};

// A name in a directory, for the Linux calls ending in -at.
struct Place {
    int directory;       // AT_FDCWD, the program's descriptor, or `owned`
    std::string name;    // as stored, if it exists
    std::string wanted;  // the last component as the program wrote it, in the form the volume stores
    Descriptor owned{};

    // Opens the directory that holds the name, with O_PATH; -1 and a Linux errno on failure.
    Descriptor open_parent() const;
    bool at_volume_border() const;  // the name is the root of a declared volume
};

// Errors are Darwin's: ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG (macOS's limit is 1023 bytes), EILSEQ, EFAULT, EBADF.
template <class Result>
using Looked = std::expected<Result, int>;

Looked<Place> find_place(int directory, const char* path, Links links);

// A file of any type, open with O_PATH, so that one way of reading and changing it serves all variants of a call.
class Object {
public:
    static Looked<Object> at(int directory, const char* path, Links links);
    static Looked<Object> at(const Place& place, Links links);
    static Looked<Object> of(int fd);  // borrows a descriptor of the program

    int fd() const { return fd_; }
    const std::string& link() const { return link_; }  // "/proc/self/fd/N", for the calls that take a path only
    const struct stat& status() const { return status_; }
    bool is_file() const { return S_ISREG(status_.st_mode); }
    bool is_directory() const { return S_ISDIR(status_.st_mode); }
    bool is_link() const { return S_ISLNK(status_.st_mode); }
    const Volume& volume() const;
    int32_t device() const;  // st_dev as macOS would give it

private:
    Object(int fd, Descriptor owned);
    bool load();

    int fd_;
    Descriptor owned_;
    std::string link_;
    struct stat status_ = {};
};

int linux_directory(int directory);  // AT_FDCWD is -2 on macOS
// What AT_SYMLINK_NOFOLLOW and AT_SYMLINK_NOFOLLOW_ANY in a call's flags mean.
Links links_of(int at_flags);
// Opens `place`, forbidding links altogether for Links::kNone; -1 and a Linux errno on failure.
int open_place(const Place& place, int linux_flags, unsigned mode, Links links);

}  // namespace machorun
