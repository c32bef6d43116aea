#pragma once
// Where a list keeps its names: one after the other, with nothing of what the system told beside them.

#include <cstddef>
#include <cstring>
#include <memory>

#include "base/name.h"

namespace arsync {

/// NUL-terminated copies of names; they stay where they are when the block is moved.
class NameBlock {
public:
    /// `capacity`: bytes of all the names, each with its NUL.
    explicit NameBlock(std::size_t capacity) : bytes_(std::make_unique_for_overwrite<char[]>(capacity)) {}

    /// The copy lives as long as the block.
    NameView add(NameView name)
    {
        char* copy = bytes_.get() + used_;
        std::memcpy(copy, name.c_str(), name.size() + 1);
        used_ += name.size() + 1;
        return NameView::adopt(copy, name.size());
    }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t used_ = 0;
};

}  // namespace arsync
