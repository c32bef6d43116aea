// A file descriptor of the host that is closed with its owner.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace machorun {

class Descriptor {
public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}

    // The same file under a number that the program hardly reaches: it is to see the numbers it would see on macOS.
    static Descriptor hidden(int fd)
    {
        constexpr int kFirstHidden = 700;
        const int moved = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, kFirstHidden) : -1;
        if (moved < 0) return Descriptor(fd);  // no number left so high up
        close(fd);
        return Descriptor(moved);
    }

    ~Descriptor() { reset(); }
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        reset();
        fd_ = std::exchange(other.fd_, -1);
        return *this;
    }

    [[nodiscard]] int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }

private:
    void reset()
    {
        if (fd_ >= 0) close(fd_);
    }

    int fd_;
};

}  // namespace machorun
