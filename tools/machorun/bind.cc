// The binding program of LC_DYLD_INFO: byte code that says which import goes where.
#include <fmt/format.h>

#include <cstring>
#include <map>
#include <set>

#include "leb128.h"
#include "macho.h"

namespace machorun {
namespace {

// BIND_OPCODE_* of <mach-o/loader.h>: the upper half of a byte. The lower half is a small operand.
enum class Opcode : std::uint8_t {
    done = 0x00,
    set_library_immediate = 0x10,
    set_library = 0x20,
    set_library_special = 0x30,
    set_symbol = 0x40,
    set_type = 0x50,
    set_addend = 0x60,
    set_segment_and_offset = 0x70,
    add_address = 0x80,
    bind = 0x90,
    bind_add_address = 0xa0,
    bind_add_address_scaled = 0xb0,
    bind_repeatedly = 0xc0,
};

constexpr std::uint64_t kPointerSize = 8;

class Binder {
public:
    Binder(std::span<const Segment> segments, const Image::Resolver& resolve) : segments_(segments), resolve_(resolve)
    {
    }

    // Lazy binds end each entry with `done`, the others the whole program. Libraries are not told apart: a macOS
    // program of ours links to libSystem alone.
    std::expected<void, LoadError> run(std::span<const std::uint8_t> program, bool lazy)
    {
        while (!program.empty()) {
            const std::uint8_t byte = program.front();
            program = program.subspan(1);
            const auto opcode = static_cast<Opcode>(byte & 0xf0);
            if (opcode == Opcode::done && !lazy) return {};
            if (const auto done = execute(opcode, byte & 0x0f, program); !done) return done;
        }
        return {};
    }

    [[nodiscard]] std::vector<std::string> unknown() const { return {unknown_.begin(), unknown_.end()}; }

private:
    std::expected<void, LoadError> execute(Opcode opcode, std::uint8_t operand, std::span<const std::uint8_t>& program)
    {
        switch (opcode) {
            case Opcode::done:
            case Opcode::set_library_immediate:
            case Opcode::set_library_special:
            case Opcode::set_type: return {};
            case Opcode::set_library: take_uleb128(program); return {};
            case Opcode::set_symbol: take_symbol(program); return {};
            case Opcode::set_addend: addend_ = take_sleb128(program); return {};
            case Opcode::set_segment_and_offset:
                segment_ = operand;
                offset_ = take_uleb128(program);
                return {};
            case Opcode::add_address: offset_ += take_uleb128(program); return {};
            case Opcode::bind: return store(1, 0);
            case Opcode::bind_add_address: return store(1, take_uleb128(program));
            case Opcode::bind_add_address_scaled: return store(1, operand * kPointerSize);
            case Opcode::bind_repeatedly: {
                const std::uint64_t count = take_uleb128(program);
                return store(count, take_uleb128(program));
            }
        }
        return std::unexpected(fmt::format("unknown bind opcode {:#x}", static_cast<unsigned>(opcode)));
    }

    void take_symbol(std::span<const std::uint8_t>& program)
    {
        const auto* name = reinterpret_cast<const char*>(program.data());
        symbol_.assign(name, strnlen(name, program.size()));
        program = program.subspan(std::min(symbol_.size() + 1, program.size()));
    }

    // Binds `count` pointers in a row with `skip` bytes between them.
    std::expected<void, LoadError> store(std::uint64_t count, std::uint64_t skip)
    {
        if (segment_ >= segments_.size()) return std::unexpected("a bind outside of the segments");
        const Segment& segment = segments_[segment_];
        for (; count > 0; --count, offset_ += kPointerSize + skip) {
            if (offset_ > segment.memory_size || segment.memory_size - offset_ < kPointerSize) {
                return std::unexpected("a bind outside of its segment");
            }
            const std::uint64_t value = resolve() + static_cast<std::uint64_t>(addend_);
            std::memcpy(reinterpret_cast<void*>(segment.address + offset_), &value, sizeof value);
        }
        return {};
    }

    std::uint64_t resolve()
    {
        const auto [place, is_new] = resolved_.try_emplace(symbol_, 0);
        if (is_new) {
            place->second = reinterpret_cast<std::uint64_t>(resolve_(symbol_));
            if (place->second == 0) unknown_.insert(symbol_);
        }
        return place->second;
    }

    std::span<const Segment> segments_;
    const Image::Resolver& resolve_;
    std::map<std::string, std::uint64_t, std::less<>> resolved_;
    std::set<std::string, std::less<>> unknown_;
    std::string symbol_;
    std::int64_t addend_ = 0;
    std::size_t segment_ = 0;
    std::uint64_t offset_ = 0;
};

}  // namespace

std::expected<std::vector<std::string>, LoadError> Image::bind(const Resolver& resolve)
{
    Binder binder(segments_, resolve);
    for (const auto& [range, lazy] : {std::pair(binds_, false), std::pair(lazy_binds_, true)}) {
        const auto program = file_range(range);
        if (!program) return std::unexpected(program.error());
        if (const auto done = binder.run(*program, lazy); !done) return std::unexpected(done.error());
    }
    return binder.unknown();
}

}  // namespace machorun
