// For test programs: CHECK(what has to be true). The program's exit code tells whether all was.
#pragma once

#include <cerrno>
#include <cstdio>

inline int core_failures = 0;

#define CHECK(condition)                                                                            \
    do {                                                                                            \
        if (!(condition)) {                                                                         \
            ++core_failures;                                                                        \
            std::printf("%s:%d: not true: %s (errno %d)\n", __FILE__, __LINE__, #condition, errno); \
        }                                                                                           \
    } while (false)

#define CHECK_ERRNO(call, expected)                                                                           \
    do {                                                                                                      \
        errno = 0;                                                                                            \
        if (const auto result = (call); result != -1 || errno != (expected)) {                                \
            ++core_failures;                                                                                  \
            std::printf("%s:%d: %s: result %ld, errno %d\n", __FILE__, __LINE__, #call, (long)result, errno); \
        }                                                                                                     \
    } while (false)
