#pragma once
// XXH3 with 64 bits (xxhash.h): for finding what is equal and what is damaged, not against who wants to deceive.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace arsync {

[[nodiscard]] std::uint64_t checksum(std::span<const std::byte> bytes);
[[nodiscard]] std::uint64_t checksum(std::string_view bytes);

/// Of what comes piece by piece.
class Checksum {
public:
    Checksum();
    ~Checksum();
    Checksum(const Checksum&) = delete;
    Checksum& operator=(const Checksum&) = delete;

    void add(std::span<const std::byte> bytes);
    void add(std::string_view bytes);
    [[nodiscard]] std::uint64_t value() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace arsync
