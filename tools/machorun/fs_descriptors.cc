#include "fs_descriptors.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "darwin_errno.h"
#include "fs_attributes.h"
#include "fs_state.h"
#include "imports.h"

namespace machorun {
namespace {

constexpr int kMostDescriptors = 1 << 16;
std::array<std::atomic<uint8_t>, kMostDescriptors> marks;

bool in_range(int fd)
{
    return fd >= 0 && fd < kMostDescriptors;
}

}  // namespace

void set_mark(int fd, DescriptorMark mark, bool value)
{
    if (!in_range(fd)) return;
    if (value)
        marks[static_cast<size_t>(fd)] |= mark;
    else
        marks[static_cast<size_t>(fd)] &= static_cast<uint8_t>(~mark);
}

bool has_mark(int fd, DescriptorMark mark)
{
    return in_range(fd) && (marks[static_cast<size_t>(fd)] & mark);
}

void copy_marks(int from, int to)
{
    if (in_range(from) && in_range(to)) marks[static_cast<size_t>(to)] = marks[static_cast<size_t>(from)].load();
}

void clear_marks(int fd)
{
    if (in_range(fd)) marks[static_cast<size_t>(fd)] = 0;
}

// The thread's policy goes before that of the process; a program that set neither gets its files downloaded.
bool materializes_dataless()
{
    constexpr int kMaterializeDataless = 3;  // IOPOL_TYPE_VFS_MATERIALIZE_DATALESS_FILES
    constexpr int kOff = 1;                  // IOPOL_MATERIALIZE_DATALESS_FILES_OFF
    static const auto get_policy = [] {
        const auto imports = process_imports();
        const auto found = std::ranges::find(imports, std::string_view("getiopolicy_np"), &Import::name);
        return found == imports.end() ? nullptr : reinterpret_cast<int (*)(int type, int scope)>(found->function);
    }();
    if (!get_policy) return true;
    const int of_thread = get_policy(kMaterializeDataless, 1);
    const int policy = of_thread > 0 ? of_thread : get_policy(kMaterializeDataless, 0);
    return policy != kOff;
}

int materialize(int fd)
{
    if (!has_mark(fd, kDataless)) return 0;
    const auto object = Object::of(fd);
    if (!object) return object.error();
    const uint32_t flags = flags_of(*object);
    if (flags & darwin::kSfDataless) {
        if (!materializes_dataless()) return darwin::kEdeadlk;
        set_flags(*object, flags & ~darwin::kSfDataless);
    }
    set_mark(fd, kDataless, false);
    return 0;
}

}  // namespace machorun
