// The state of a copy, copyfile_state_t of copyfile(3).
#pragma once

#include <cstdint>
#include <string>

namespace machorun {

struct CopyState;
using CopyCallback = int (*)(int what, int stage, CopyState* state, const char* from, const char* to, void* context);

struct CopyState {
    int source = -2;  // what copyfile.c of Apple starts with: not even an invalid descriptor
    int target = -2;
    std::string source_name;
    std::string target_name;
    std::string attribute;  // the one being copied
    CopyCallback callback = nullptr;
    void* context = nullptr;
    int64_t copied = 0;
    uint32_t block_size = 1 << 20;
};

// Stages and answers of the callback.
constexpr int kCopyData = 4;
constexpr int kCopyAttribute = 5;
constexpr int kCopyStart = 1;
constexpr int kCopyFinish = 2;
constexpr int kCopyError = 3;
constexpr int kCopyProgress = 4;
constexpr int kContinueCopy = 0;
constexpr int kSkipCopy = 1;
constexpr int kQuitCopy = 2;

}  // namespace machorun
