// EVFILT_READ and EVFILT_WRITE.
#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "darwin_errno.h"
#include "descriptor.h"
#include "knote.h"

namespace machorun {
namespace {

int socket_option(int fd, int option)
{
    int value = 0;
    socklen_t size = sizeof value;
    return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : 0;
}

std::int64_t readable_bytes(int fd)
{
    int bytes = 0;
    if (socket_option(fd, SO_ACCEPTCONN) != 0) return 1;  // connections that wait: the host does not count them
    return ioctl(fd, FIONREAD, &bytes) == 0 ? bytes : 0;
}

std::int64_t writable_bytes(int fd)
{
    int used = 0;
    if (const int capacity = fcntl(fd, F_GETPIPE_SZ); capacity > 0) {
        return ioctl(fd, FIONREAD, &used) == 0 ? std::max(capacity - used, 0) : 0;
    }
    if (const int capacity = socket_option(fd, SO_SNDBUF); capacity > 0) {
        return ioctl(fd, SIOCOUTQ, &used) == 0 ? std::max(capacity - used, 0) : 0;
    }
    return 1;  // a terminal: some
}

// Pipes, sockets, terminals and kqueues. Each knote has an epoll of its own, because one epoll takes a descriptor only
// once and a program may add both filters, one with EV_CLEAR and one without. EV_CLEAR is EPOLLET.
class StreamKnote : public Knote {
public:
    StreamKnote(const KEvent& event, Descriptor poll) : Knote(event), poll_(std::move(poll)) {}

    [[nodiscard]] int source() const override { return poll_.get(); }

    std::optional<Report> take_report() override
    {
        epoll_event ready{};
        if (epoll_wait(poll_.get(), &ready, 1, 0) != 1) return std::nullopt;
        const int fd = static_cast<int>(settings.ident);
        Report report;
        const bool is_read = settings.filter == kFilterRead;
        report.data = is_read ? readable_bytes(fd) : writable_bytes(fd);
        // A pipe without readers is an EPOLLERR to its writer.
        report.is_eof = (ready.events & (EPOLLHUP | (is_read ? EPOLLRDHUP : EPOLLERR))) != 0;
        if ((ready.events & EPOLLERR) != 0) report.fflags = socket_error(fd);
        return report;
    }

private:
    static std::uint32_t socket_error(int fd)
    {
        const int error = socket_option(fd, SO_ERROR);
        return error != 0 ? static_cast<std::uint32_t>(to_darwin(error)) : 0;
    }

    Descriptor poll_;
};

// A regular file can be read if its offset is not at the end; data is the distance, which may be negative. It can
// always be written. inotify tells when it grows.
class FileKnote : public Knote {
public:
    explicit FileKnote(const KEvent& event) : Knote(event)
    {
        if (event.filter != kFilterRead) return;
        changes_ = Descriptor::hidden(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
        const std::string path = "/proc/self/fd/" + std::to_string(event.ident);
        inotify_add_watch(changes_.get(), path.c_str(), IN_MODIFY);
    }

    [[nodiscard]] int source() const override { return changes_.get(); }
    [[nodiscard]] bool is_soft() const override { return true; }

    std::optional<Report> take_report() override
    {
        if (drain_changes()) is_reported_ = false;
        if (clears() && is_reported_) return std::nullopt;
        Report report;
        if (settings.filter == kFilterRead) {
            report.data = bytes_left();
            if (report.data == 0) return std::nullopt;
        }
        is_reported_ = true;
        return report;
    }

private:
    bool drain_changes()
    {
        char events[4096];
        bool any = false;
        while (changes_.is_open() && read(changes_.get(), events, sizeof events) > 0) any = true;
        return any;
    }

    [[nodiscard]] std::int64_t bytes_left() const
    {
        const int fd = static_cast<int>(settings.ident);
        struct stat status{};
        if (fstat(fd, &status) != 0) return 0;
        return status.st_size - std::max<off_t>(lseek(fd, 0, SEEK_CUR), 0);
    }

    Descriptor changes_;
    bool is_reported_ = false;
};

}  // namespace

std::expected<std::unique_ptr<Knote>, int> make_descriptor_knote(const KEvent& event)
{
    const int fd = static_cast<int>(event.ident);
    if ((event.fflags & kLowWater) != 0) return std::unexpected(darwin::kEnotsup);
    if (fcntl(fd, F_GETFD) < 0) return std::unexpected(to_darwin(errno));
    Descriptor poll = Descriptor::hidden(epoll_create1(EPOLL_CLOEXEC));
    if (!poll.is_open()) return std::unexpected(to_darwin(errno));
    epoll_event interest{};
    interest.events = event.filter == kFilterRead ? EPOLLIN | EPOLLRDHUP : EPOLLOUT;
    if ((event.flags & kClear) != 0) interest.events |= EPOLLET;
    if (epoll_ctl(poll.get(), EPOLL_CTL_ADD, fd, &interest) == 0) {
        return std::make_unique<StreamKnote>(event, std::move(poll));
    }
    if (errno == EPERM) return std::make_unique<FileKnote>(event);  // what epoll says of files
    return std::unexpected(to_darwin(errno));
}

}  // namespace machorun
