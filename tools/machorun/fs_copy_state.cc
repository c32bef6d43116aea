// copyfile_state_alloc(3), copyfile_state_get(3), copyfile_state_set(3), copyfile_state_free(3).
#include <cstring>

#include "darwin_errno.h"
#include "fs_copyfile.h"
#include "fs_tables.h"

namespace machorun {
namespace {

enum StateField : uint32_t {
    kSourceFd = 1,
    kSourceName = 2,
    kTargetFd = 3,
    kTargetName = 4,
    kStatusCallback = 6,
    kStatusContext = 7,
    kCopied = 8,
    kAttributeName = 9,
    kWasCloned = 10,
    kSourceBlockSize = 11,
    kTargetBlockSize = 12,
    kBlockSize = 13,
};

CopyState* state_alloc()
{
    return new CopyState;
}

// The descriptors in a state given to fcopyfile(3) are the caller's: they are not closed.
int state_free(CopyState* state)
{
    delete state;
    return 0;
}

template <class Value>
int give(void* to, const Value& value)
{
    std::memcpy(to, &value, sizeof value);
    return 0;
}

const char* text_or_null(const std::string& text)
{
    return text.empty() ? nullptr : text.c_str();
}

int state_get(CopyState* state, uint32_t field, void* result)
{
    if (!state || !result) return fail(EFAULT);
    switch (field) {
        case kSourceFd: return give(result, state->source);
        case kTargetFd: return give(result, state->target);
        case kSourceName: return give(result, text_or_null(state->source_name));
        case kTargetName: return give(result, text_or_null(state->target_name));
        case kStatusCallback: return give(result, state->callback);
        case kStatusContext: return give(result, state->context);
        case kCopied: return give(result, state->copied);
        case kAttributeName: return give(result, text_or_null(state->attribute));
        case kWasCloned: return give(result, false);  // fcopyfile(3) never clones
        case kSourceBlockSize:
        case kTargetBlockSize:
        case kBlockSize: return give(result, state->block_size);
        default: return fail(EINVAL);
    }
}

// Values come by pointer, except that texts and the callback with its context are pointers themselves.
int state_set(CopyState* state, uint32_t field, const void* value)
{
    if (!state) return fail(EFAULT);
    switch (field) {
        case kSourceFd: state->source = *static_cast<const int*>(value); return 0;
        case kTargetFd: state->target = *static_cast<const int*>(value); return 0;
        case kSourceName: state->source_name = static_cast<const char*>(value); return 0;
        case kTargetName: state->target_name = static_cast<const char*>(value); return 0;
        case kStatusCallback: state->callback = reinterpret_cast<CopyCallback>(const_cast<void*>(value)); return 0;
        case kStatusContext: state->context = const_cast<void*>(value); return 0;
        case kSourceBlockSize:
        case kTargetBlockSize:
        case kBlockSize:
            if (*static_cast<const uint32_t*>(value) == 0) return fail(EINVAL);
            state->block_size = *static_cast<const uint32_t*>(value);
            return 0;
        default: return fail(EINVAL);
    }
}

}  // namespace

std::span<const Import> copy_state_imports()
{
    static const Import imports[] = {
        import("copyfile_state_alloc", state_alloc),
        import("copyfile_state_free", state_free),
        import("copyfile_state_get", state_get),
        import("copyfile_state_set", state_set),
    };
    return imports;
}

}  // namespace machorun
