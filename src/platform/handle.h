#pragma once
// An open file or directory of the system, closed when its owner goes.

#include <utility>

namespace arsync::platform {

/// Owns one descriptor. On POSIX systems the descriptor number; -1 is "none".
class Handle {
public:
    constexpr Handle() = default;
    explicit constexpr Handle(int descriptor) : descriptor_(descriptor) {}
    Handle(Handle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Handle& operator=(Handle&& other) noexcept
    {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~Handle()
    {
        if (descriptor_ >= 0) close();
    }

    [[nodiscard]] int get() const { return descriptor_; }
    /// The caller closes it from now on.
    [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }
    [[nodiscard]] explicit operator bool() const { return descriptor_ >= 0; }

private:
    void close() const;

    int descriptor_ = -1;
};

}  // namespace arsync::platform
