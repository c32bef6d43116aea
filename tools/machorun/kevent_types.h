// <sys/event.h>: structures and constants of Darwin's kqueues.
#pragma once

#include <cstdint>

namespace machorun {

struct KEvent {
    std::uint64_t ident;
    std::int16_t filter;
    std::uint16_t flags;
    std::uint32_t fflags;
    std::int64_t data;
    std::uint64_t udata;
};
static_assert(sizeof(KEvent) == 32);

struct KEvent64 : KEvent {
    std::uint64_t extension[2];
};
static_assert(sizeof(KEvent64) == 48);

enum Filter : std::int16_t {
    kFilterRead = -1,
    kFilterWrite = -2,
    kFilterSignal = -6,
    kFilterTimer = -7,
    kFilterUser = -10,
    kLastFilter = -18,  // the lowest number of a filter that Darwin has
};

enum EventFlag : std::uint16_t {
    kAdd = 0x1,
    kDelete = 0x2,
    kEnable = 0x4,
    kDisable = 0x8,
    kOneShot = 0x10,
    kClear = 0x20,
    kReceipt = 0x40,
    kDispatch = 0x80,
    kUdataSpecific = 0x100,
    kError = 0x4000,
    kEof = 0x8000,
};

// fflags of EVFILT_USER
constexpr std::uint32_t kTrigger = 0x01000000;
constexpr std::uint32_t kUserFlags = 0x00ffffff;
constexpr std::uint32_t kUserControl = 0xc0000000;
constexpr std::uint32_t kUserAnd = 0x40000000;
constexpr std::uint32_t kUserOr = 0x80000000;
constexpr std::uint32_t kUserCopy = 0xc0000000;

// fflags of EVFILT_TIMER. The unit is a millisecond without one of the first three.
constexpr std::uint32_t kSeconds = 0x1;
constexpr std::uint32_t kMicroseconds = 0x2;
constexpr std::uint32_t kNanoseconds = 0x4;
constexpr std::uint32_t kAbsolute = 0x8;
constexpr std::uint32_t kTimerHints = 0x10 | 0x20 | 0x40 | 0x80;  // leeway, critical, background, continuous

// fflags of EVFILT_READ and EVFILT_WRITE
constexpr std::uint32_t kLowWater = 0x1;

// flags of kevent64()
constexpr unsigned kImmediate = 0x1;
constexpr unsigned kErrorEventsOnly = 0x2;

}  // namespace machorun
