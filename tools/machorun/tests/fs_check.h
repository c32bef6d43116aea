// What the test programs for macOS share: CHECK goes on after a failure, so that a run shows all of them.
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <unistd.h>

inline int failures = 0;

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        errno = 0;                                                                                           \
        if (!(condition)) {                                                                                  \
            const int code = errno;                                                                          \
            std::printf("%s:%d: %s (errno %d: %s)\n", __FILE__, __LINE__, #condition, code, strerror(code)); \
            ++failures;                                                                                      \
        }                                                                                                    \
    } while (false)

// A call that has to fail with an errno of its own.
#define CHECK_ERROR(call, code) CHECK((call) == -1 && errno == (code))

inline void make_file(const char* path, const std::string& content)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    CHECK(fd >= 0);
    CHECK(write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    close(fd);
}

inline std::string content_of(const char* path)
{
    char buffer[65536];
    const int fd = open(path, O_RDONLY);
    if (fd < 0) return "(cannot open)";
    const ssize_t length = read(fd, buffer, sizeof buffer);
    close(fd);
    return length < 0 ? "(cannot read)" : std::string(buffer, static_cast<size_t>(length));
}

inline int report()
{
    if (failures == 0) std::printf("ok\n");
    return failures != 0;
}
