#pragma once
// Where a listing keeps its names: one after the other, with nothing of what the system told beside them.

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/name.h"

namespace arsync::platform {

/// NUL-terminated copies of names; they stay where they are when the block is taken.
class NameBlock {
public:
    /// `capacity`: bytes of all the names, each with its NUL.
    explicit NameBlock(std::size_t capacity) : bytes_(std::make_unique_for_overwrite<char[]>(capacity)) {}

    NameView add(std::string_view name)
    {
        char* copy = bytes_.get() + used_;
        std::memcpy(copy, name.data(), name.size());
        copy[name.size()] = '\0';
        used_ += name.size() + 1;
        return NameView::adopt(copy, name.size());
    }

    [[nodiscard]] std::unique_ptr<char[]> take() { return std::move(bytes_); }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t used_ = 0;
};

}  // namespace arsync::platform
