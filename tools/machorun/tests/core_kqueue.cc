// kqueue(2), one filter after the other. The expectations are the manual's.
#include <fcntl.h>
#include <sys/event.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "core_check.h"

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr timespec kNow{0, 0};
constexpr timespec kSoon{0, 50'000'000};
constexpr timespec kLong{10, 0};

struct Queue {
    int fd = kqueue();
    ~Queue() { close(fd); }

    int change(std::uintptr_t ident, int filter, int flags, unsigned fflags = 0, long data = 0, void* udata = nullptr)
    {
        struct kevent event;
        EV_SET(&event, ident, static_cast<std::int16_t>(filter), static_cast<std::uint16_t>(flags), fflags, data,
               udata);
        return kevent(fd, &event, 1, nullptr, 0, nullptr);
    }
    int wait(const timespec& timeout) { return kevent(fd, nullptr, 0, &event, 1, &timeout); }

    struct kevent event{};
};

void check_errors()
{
    Queue queue;
    CHECK_ERRNO(queue.change(1, EVFILT_USER, 0, NOTE_TRIGGER), ENOENT);
    CHECK_ERRNO(queue.change(1, EVFILT_USER, EV_DELETE), ENOENT);
    CHECK_ERRNO(queue.change(999, EVFILT_READ, EV_ADD), EBADF);
    CHECK_ERRNO(queue.change(0, EVFILT_VNODE, EV_ADD, NOTE_WRITE), ENOTSUP);
    CHECK_ERRNO(queue.change(0, 5, EV_ADD), EINVAL);
    CHECK_ERRNO(queue.change(99, EVFILT_SIGNAL, EV_ADD), EINVAL);
    CHECK_ERRNO(kevent(998, nullptr, 0, &queue.event, 1, &kNow), EBADF);

    // "If there is enough room in the eventlist, then the event will be placed in the eventlist with EV_ERROR".
    struct kevent changes[2];
    struct kevent events[2];
    EV_SET(&changes[0], 999, EVFILT_READ, EV_ADD, 0, 0, nullptr);
    EV_SET(&changes[1], 7, EVFILT_USER, EV_ADD | EV_RECEIPT, 0, 0, nullptr);
    CHECK(kevent(queue.fd, changes, 2, events, 2, &kLong) == 2);
    CHECK((events[0].flags & EV_ERROR) != 0 && events[0].data == EBADF && events[0].ident == 999);
    CHECK((events[1].flags & EV_ERROR) != 0 && events[1].data == 0 && events[1].ident == 7);
}

void check_user()
{
    Queue queue;
    int mark = 0;
    CHECK(queue.change(1, EVFILT_USER, EV_ADD | EV_CLEAR, NOTE_FFCOPY | 0x5, 0, &mark) == 0);
    CHECK(queue.wait(kNow) == 0);
    CHECK(queue.change(1, EVFILT_USER, 0, NOTE_TRIGGER | NOTE_FFOR | 0x2, 0, &mark) == 0);
    CHECK(queue.wait(kNow) == 1);
    CHECK(queue.event.filter == EVFILT_USER && queue.event.ident == 1 && queue.event.udata == &mark);
    CHECK((queue.event.fflags & NOTE_FFLAGSMASK) == 0x7);
    CHECK(queue.wait(kNow) == 0);

    // Without EV_CLEAR it stays triggered. Disabled it is silent, and reported when it is enabled again.
    CHECK(queue.change(2, EVFILT_USER, EV_ADD) == 0 && queue.change(2, EVFILT_USER, 0, NOTE_TRIGGER) == 0);
    CHECK(queue.wait(kNow) == 1 && queue.wait(kNow) == 1);
    CHECK(queue.change(2, EVFILT_USER, EV_DISABLE) == 0 && queue.wait(kNow) == 0);
    CHECK(queue.change(2, EVFILT_USER, EV_ENABLE) == 0 && queue.wait(kNow) == 1);
    CHECK(queue.change(2, EVFILT_USER, EV_DELETE) == 0 && queue.wait(kNow) == 0);

    CHECK(queue.change(3, EVFILT_USER, EV_ADD | EV_ONESHOT, NOTE_TRIGGER) == 0 && queue.wait(kNow) == 1);
    CHECK_ERRNO(queue.change(3, EVFILT_USER, 0, NOTE_TRIGGER), ENOENT);

    CHECK(queue.change(4, EVFILT_USER, EV_ADD | EV_DISPATCH, NOTE_TRIGGER) == 0);
    CHECK(queue.wait(kNow) == 1 && queue.wait(kNow) == 0);
    CHECK(queue.change(4, EVFILT_USER, EV_ENABLE) == 0 && queue.wait(kNow) == 1);
}

void check_timer()
{
    Queue queue;
    const auto start = Clock::now();
    CHECK(queue.change(1, EVFILT_TIMER, EV_ADD | EV_ONESHOT, 0, 30) == 0);
    CHECK(queue.wait(kNow) == 0);
    CHECK(queue.wait(kLong) == 1 && queue.event.filter == EVFILT_TIMER && queue.event.data == 1);
    CHECK(Clock::now() - start >= milliseconds(30) && Clock::now() - start < milliseconds(2000));
    CHECK_ERRNO(queue.change(1, EVFILT_TIMER, EV_DELETE), ENOENT);

    // "data contains the number of times the timeout has expired since the last call".
    CHECK(queue.change(2, EVFILT_TIMER, EV_ADD, NOTE_USECONDS, 5000) == 0);
    std::this_thread::sleep_for(milliseconds(40));
    CHECK(queue.wait(kNow) == 1 && queue.event.data >= 7);
    CHECK(queue.wait(kLong) == 1 && queue.event.data >= 1);
    CHECK(queue.change(2, EVFILT_TIMER, EV_ADD, NOTE_SECONDS, 100) == 0);  // started anew
    CHECK(queue.wait(kSoon) == 0);
    CHECK(queue.change(2, EVFILT_TIMER, EV_DELETE) == 0);
    CHECK(queue.change(3, EVFILT_TIMER, EV_ADD | EV_ONESHOT, NOTE_NSECONDS, 1'000'000) == 0 && queue.wait(kLong) == 1);
}

void check_pipe()
{
    Queue queue;
    int ends[2];
    CHECK(pipe(ends) == 0);
    CHECK(queue.change(ends[0], EVFILT_READ, EV_ADD) == 0 && queue.wait(kNow) == 0);
    CHECK(queue.change(ends[1], EVFILT_WRITE, EV_ADD | EV_CLEAR) == 0);
    CHECK(queue.wait(kNow) == 1 && queue.event.filter == EVFILT_WRITE && queue.event.data > 0);
    CHECK(queue.wait(kNow) == 0);
    CHECK(queue.change(ends[1], EVFILT_WRITE, EV_DELETE) == 0);
    CHECK(write(ends[1], "abc", 3) == 3);
    CHECK(queue.wait(kLong) == 1 && queue.event.filter == EVFILT_READ && queue.event.data == 3);
    CHECK(queue.wait(kNow) == 1);
    char buffer[8];
    CHECK(read(ends[0], buffer, sizeof buffer) == 3 && queue.wait(kNow) == 0);
    close(ends[1]);
    CHECK(queue.wait(kLong) == 1 && (queue.event.flags & EV_EOF) != 0 && queue.event.data == 0);
    close(ends[0]);
    CHECK(queue.wait(kNow) == 0);  // "calling close() on a file descriptor will remove any kevents that reference it"
}

void check_pipe_without_reader()
{
    Queue queue;
    int ends[2];
    CHECK(pipe(ends) == 0);
    CHECK(queue.change(ends[1], EVFILT_WRITE, EV_ADD) == 0);
    close(ends[0]);
    CHECK(queue.wait(kLong) == 1 && (queue.event.flags & EV_EOF) != 0);
    close(ends[1]);
}

void check_socket()
{
    Queue queue;
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    CHECK(queue.change(ends[0], EVFILT_READ, EV_ADD | EV_CLEAR) == 0 && queue.wait(kNow) == 0);
    CHECK(queue.change(ends[0], EVFILT_WRITE, EV_ADD | EV_ONESHOT) == 0);
    CHECK(queue.wait(kNow) == 1 && queue.event.filter == EVFILT_WRITE && queue.event.data > 0);
    CHECK(write(ends[1], "abcd", 4) == 4);
    CHECK(queue.wait(kLong) == 1 && queue.event.data == 4 && queue.wait(kNow) == 0);
    CHECK(write(ends[1], "e", 1) == 1);
    CHECK(queue.wait(kLong) == 1 && queue.event.data == 5);
    close(ends[1]);
    CHECK(queue.wait(kLong) == 1 && (queue.event.flags & EV_EOF) != 0);
    close(ends[0]);
}

void check_file()
{
    Queue queue;
    const int fd = open("kqueue-file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(fd >= 0 && write(fd, "0123456789", 10) == 10);
    CHECK(queue.change(fd, EVFILT_WRITE, EV_ADD | EV_ONESHOT) == 0 && queue.wait(kNow) == 1);
    // "Returns when the file pointer is not at the end of file. data contains the offset from current position".
    CHECK(queue.change(fd, EVFILT_READ, EV_ADD) == 0 && queue.wait(kNow) == 0);
    CHECK(lseek(fd, 4, SEEK_SET) == 4 && queue.wait(kNow) == 1 && queue.event.data == 6);
    CHECK(lseek(fd, 12, SEEK_SET) == 12 && queue.wait(kNow) == 1 && queue.event.data == -2);
    CHECK(lseek(fd, 10, SEEK_SET) == 10 && queue.wait(kSoon) == 0);
    std::thread writer([] {
        std::this_thread::sleep_for(milliseconds(20));
        const int other = open("kqueue-file", O_WRONLY | O_APPEND);
        CHECK(write(other, "x", 1) == 1);
        close(other);
    });
    CHECK(queue.wait(kLong) == 1 && queue.event.data == 1);
    writer.join();
    close(fd);
}

void check_many_threads()
{
    Queue queue;
    constexpr int kThreads = 4;
    constexpr int kEvents = 2000;
    std::atomic<int> seen = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            for (;;) {
                struct kevent event;
                CHECK(kevent(queue.fd, nullptr, 0, &event, 1, nullptr) == 1);
                if (event.ident == 0) return;
                ++seen;
            }
        });
    }
    for (int i = 1; i <= kEvents; ++i) CHECK(queue.change(i, EVFILT_USER, EV_ADD | EV_ONESHOT, NOTE_TRIGGER) == 0);
    while (seen < kEvents) std::this_thread::yield();
    CHECK(queue.change(0, EVFILT_USER, EV_ADD, NOTE_TRIGGER) == 0);  // level: every thread sees it
    for (auto& thread : threads) thread.join();
    CHECK(seen == kEvents);
}

// The way a completion loop is woken, where no wake-up may get lost.
void check_ping_pong()
{
    Queue first;
    Queue second;
    CHECK(first.change(1, EVFILT_USER, EV_ADD | EV_CLEAR) == 0 &&
          second.change(1, EVFILT_USER, EV_ADD | EV_CLEAR) == 0);
    constexpr int kRounds = 3000;
    std::thread other([&] {
        for (int i = 0; i < kRounds; ++i) {
            CHECK(second.wait(kLong) == 1);
            CHECK(first.change(1, EVFILT_USER, 0, NOTE_TRIGGER) == 0);
        }
    });
    for (int i = 0; i < kRounds; ++i) {
        CHECK(second.change(1, EVFILT_USER, 0, NOTE_TRIGGER) == 0);
        CHECK(first.wait(kLong) == 1);
    }
    other.join();
}

void check_kevent64()
{
    Queue queue;
    kevent64_s event{};
    EV_SET64(&event, 5, EVFILT_USER, EV_ADD, NOTE_TRIGGER, 0, 77, 0, 0);
    CHECK(kevent64(queue.fd, &event, 1, nullptr, 0, 0, nullptr) == 0);
    kevent64_s events[2]{};
    CHECK(kevent64(queue.fd, nullptr, 0, events, 2, KEVENT_FLAG_IMMEDIATE, nullptr) == 1);
    CHECK(events[0].ident == 5 && events[0].udata == 77 && events[0].filter == EVFILT_USER);
    EV_SET64(&event, 5, EVFILT_USER, EV_DELETE, 0, 0, 0, 0, 0);
    CHECK(kevent64(queue.fd, &event, 1, nullptr, 0, 0, nullptr) == 0);
    CHECK(kevent64(queue.fd, nullptr, 0, events, 2, KEVENT_FLAG_IMMEDIATE, nullptr) == 0);
}

// A kqueue is a descriptor like others, "which may itself be monitored".
void check_nested()
{
    Queue inner;
    Queue outer;
    CHECK(inner.change(1, EVFILT_USER, EV_ADD | EV_CLEAR) == 0);
    CHECK(outer.change(inner.fd, EVFILT_READ, EV_ADD) == 0 && outer.wait(kNow) == 0);
    CHECK(inner.change(1, EVFILT_USER, 0, NOTE_TRIGGER) == 0);
    CHECK(outer.wait(kLong) == 1 && inner.wait(kNow) == 1 && outer.wait(kNow) == 0);
}

}  // namespace

int main()
{
    check_errors();
    check_user();
    check_timer();
    check_pipe();
    check_pipe_without_reader();
    check_socket();
    check_file();
    check_many_threads();
    check_ping_pong();
    check_kevent64();
    check_nested();
    return core_failures != 0;
}
