#pragma once
// Memory for the content of files.

#include <cstddef>
#include <memory>
#include <new>

namespace arsync {

/// A page of most systems, and what direct I/O asks for.
inline constexpr std::align_val_t kPageAlignment{4096};

struct FreePages {
    void operator()(std::byte* memory) const { ::operator delete(memory, kPageAlignment); }
};

/// Begins where a page does: copying from the system's cache to memory that lies otherwise can take four times as long
/// (measured on AMD Zen 4, whose `rep movsb` is slow to 16 bytes behind a page, where malloc puts large blocks).
using PageBuffer = std::unique_ptr<std::byte[], FreePages>;

/// Not initialised.
[[nodiscard]] inline PageBuffer make_page_buffer(std::size_t size)
{
    return PageBuffer(static_cast<std::byte*>(::operator new(size, kPageAlignment)));
}

/// Null if there is no memory.
[[nodiscard]] inline PageBuffer try_page_buffer(std::size_t size)
{
    return PageBuffer(static_cast<std::byte*>(::operator new(size, kPageAlignment, std::nothrow)));
}

}  // namespace arsync
