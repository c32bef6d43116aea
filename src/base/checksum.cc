#include "base/checksum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace arsync {
namespace {

std::span<const std::byte> bytes_of(std::string_view text)
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

struct Checksum::State {
    XXH3_state_t hash;
};

std::uint64_t checksum(std::span<const std::byte> bytes)
{
    return XXH3_64bits(bytes.data(), bytes.size());
}

std::uint64_t checksum(std::string_view bytes)
{
    return checksum(bytes_of(bytes));
}

Checksum::Checksum() : state_(std::make_unique<State>())
{
    XXH3_64bits_reset(&state_->hash);
}

Checksum::~Checksum() = default;

void Checksum::add(std::span<const std::byte> bytes)
{
    XXH3_64bits_update(&state_->hash, bytes.data(), bytes.size());
}

void Checksum::add(std::string_view bytes)
{
    add(bytes_of(bytes));
}

std::uint64_t Checksum::value() const
{
    return XXH3_64bits_digest(&state_->hash);
}

}  // namespace arsync
