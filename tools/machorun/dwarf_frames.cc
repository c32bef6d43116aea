#include "dwarf_frames.h"

#include <array>
#include <cstring>
#include <string_view>

namespace machorun {
namespace {

using Bytes = std::vector<std::uint8_t>;

// The kinds of encoding.
constexpr std::uint32_t kModeMask = 0x0f000000;
constexpr std::uint32_t kFramePointer = 0x01000000;
constexpr std::uint32_t kFrameless = 0x02000000;
constexpr std::uint32_t kFramelessIndirect = 0x03000000;

// DWARF's numbers of registers and call frame instructions.
constexpr std::uint8_t kRbp = 6;
constexpr std::uint8_t kRsp = 7;
constexpr std::uint8_t kReturnAddress = 16;
constexpr std::uint8_t kDefineCfa = 0x0c;
constexpr std::uint8_t kSaveRegister = 0x80;
constexpr int kWord = 8;

// Compact encodings count rbx, r12..r15 and rbp from 1.
constexpr std::array<std::uint8_t, 7> kDwarfRegister = {0, 3, 12, 13, 14, 15, kRbp};
constexpr std::size_t kSavedRegisters = 6;

void put_uleb128(Bytes& bytes, std::uint64_t value)
{
    do {
        const auto low = static_cast<std::uint8_t>(value & 0x7f);
        value >>= 7;
        bytes.push_back(value != 0 ? low | 0x80 : low);
    } while (value != 0);
}

void define_cfa(Bytes& bytes, std::uint8_t reg, std::uint64_t offset)
{
    bytes.push_back(kDefineCfa);
    put_uleb128(bytes, reg);
    put_uleb128(bytes, offset);
}

// `reg` was saved `words` below the canonical frame address.
void save_register(Bytes& bytes, std::uint8_t reg, std::uint64_t words)
{
    bytes.push_back(kSaveRegister | reg);
    put_uleb128(bytes, words);
}

// push rbp; mov rbp, rsp: five more registers may lie at an offset below rbp.
Bytes frame_pointer_rules(std::uint32_t encoding)
{
    Bytes bytes;
    define_cfa(bytes, kRbp, 2 * kWord);
    save_register(bytes, kReturnAddress, 1);
    save_register(bytes, kRbp, 2);
    std::uint32_t words = (encoding >> 16) & 0xff;
    for (int slot = 0; slot < 5; ++slot, --words) {
        const std::uint32_t number = (encoding >> (3 * slot)) & 7;
        if (number != 0) save_register(bytes, kDwarfRegister.at(number), words + 2);
    }
    return bytes;
}

// The saved registers, in order, are one of 6!/(6-n)! permutations: its number, written in a mixed radix, picks each
// time one of the registers that are left.
std::vector<std::uint8_t> decode_permutation(std::uint32_t permutation, std::uint32_t count)
{
    std::vector<std::uint8_t> left = {1, 2, 3, 4, 5, 6};
    std::vector<std::uint8_t> picked;
    for (std::uint32_t i = 0; i < count; ++i) {
        std::uint32_t weight = 1;
        for (std::uint32_t k = i + 1; k < count; ++k) weight *= kSavedRegisters - k;
        const std::uint32_t choice = permutation / weight % left.size();
        permutation -= choice * weight;
        picked.push_back(left[choice]);
        left.erase(left.begin() + choice);
    }
    return picked;
}

// The stack pointer moves once: registers are pushed first, the return address lies above them.
Bytes frameless_rules(const UnwindEntry& entry)
{
    const std::uint32_t encoding = entry.encoding;
    std::uint64_t stack_size = (encoding >> 16) & 0xff;
    if ((encoding & kModeMask) == kFramelessIndirect) {
        // Too large for a byte: the field is where the function's own `sub rsp, N` has its operand.
        std::uint32_t subtracted = 0;
        std::memcpy(&subtracted, reinterpret_cast<const void*>(entry.begin + stack_size), sizeof subtracted);
        stack_size = subtracted + kWord * ((encoding >> 13) & 7);
    } else {
        stack_size *= kWord;
    }
    Bytes bytes;
    define_cfa(bytes, kRsp, stack_size);
    save_register(bytes, kReturnAddress, 1);
    const std::uint32_t count = std::min<std::uint32_t>((encoding >> 10) & 7, kSavedRegisters);
    std::uint64_t words = count + 1;
    for (const std::uint8_t number : decode_permutation(encoding & 0x3ff, count)) {
        save_register(bytes, kDwarfRegister.at(number), words--);
    }
    return bytes;
}

Bytes frame_rules(const UnwindEntry& entry)
{
    switch (entry.encoding & kModeMask) {
        case kFramePointer: return frame_pointer_rules(entry.encoding);
        case kFrameless:
        case kFramelessIndirect: return frameless_rules(entry);
        default: return {};
    }
}

}  // namespace

std::size_t DwarfFrames::begin_record()
{
    const std::size_t start = bytes_.size();
    put(std::uint32_t{0});  // the length, known at the end
    return start;
}

void DwarfFrames::end_record(std::size_t start)
{
    while ((bytes_.size() - start - sizeof(std::uint32_t)) % kWord != 0) bytes_.push_back(0);  // DW_CFA_nop
    const auto length = static_cast<std::uint32_t>(bytes_.size() - start - sizeof(std::uint32_t));
    std::memcpy(&bytes_[start], &length, sizeof length);
}

std::size_t DwarfFrames::add_common(std::uint64_t personality)
{
    const std::size_t start = begin_record();
    put(std::uint32_t{0});  // this is a CIE
    put(std::uint8_t{1});   // version
    const std::string_view augmentation = personality != 0 ? "zPLR" : "zR";
    bytes_.insert(bytes_.end(), augmentation.begin(), augmentation.end());
    bytes_.push_back(0);
    put_uleb128(bytes_, 1);  // code alignment
    bytes_.push_back(0x78);  // data alignment: -8 as SLEB128
    bytes_.push_back(kReturnAddress);
    if (personality != 0) {
        put_uleb128(bytes_, 1 + sizeof personality + 1 + 1);
        bytes_.push_back(0);  // the personality is an absolute address
        put(personality);
        bytes_.push_back(0);  // so is the language data
    } else {
        put_uleb128(bytes_, 1);
    }
    bytes_.push_back(0);  // and so are code addresses
    end_record(start);
    return start;
}

bool DwarfFrames::add_function(std::size_t common, bool has_personality, const UnwindEntry& entry)
{
    const Bytes rules = frame_rules(entry);
    if (rules.empty()) return false;
    const std::size_t start = begin_record();
    put(static_cast<std::uint32_t>(bytes_.size() - common));
    put(entry.begin);
    put(entry.end - entry.begin);
    if (has_personality) {
        put_uleb128(bytes_, sizeof entry.language_data);
        put(entry.language_data);
    } else {
        put_uleb128(bytes_, 0);
    }
    bytes_.insert(bytes_.end(), rules.begin(), rules.end());
    end_record(start);
    return true;
}

std::vector<std::uint8_t> DwarfFrames::finish()
{
    put(std::uint32_t{0});
    return std::move(bytes_);
}

}  // namespace machorun
