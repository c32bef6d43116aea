#include "macho.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace machorun {
namespace {

// <mach-o/loader.h>
constexpr std::uint32_t kMagic64 = 0xfeedfacf;
constexpr std::uint32_t kCpuX86_64 = 0x01000007;
constexpr std::uint32_t kExecutable = 2;
constexpr std::uint32_t kRequiredByDyld = 0x80000000;
constexpr std::uint32_t kSegment64 = 0x19;
constexpr std::uint32_t kDyldInfo = 0x22;
constexpr std::uint32_t kMain = 0x28 | kRequiredByDyld;
constexpr std::uint32_t kChainedFixups = 0x34 | kRequiredByDyld;

struct Header {
    std::uint32_t magic, cpu_type, cpu_subtype, file_type, commands, commands_size, flags, reserved;
};

struct LoadCommand {
    std::uint32_t command, size;
};

struct SegmentCommand {
    LoadCommand head;
    char name[16];
    std::uint64_t address, memory_size, file_offset, file_size;
    std::uint32_t max_protection, initial_protection, sections, flags;
};

struct SectionHeader {
    char name[16];
    char segment[16];
    std::uint64_t address, size;
    std::uint32_t offset, alignment, relocations_offset, relocations, flags, reserved[3];
};

struct DyldInfoCommand {
    LoadCommand head;
    std::uint32_t rebase[2], bind[2], weak_bind[2], lazy_bind[2], exports[2];
};

struct EntryPointCommand {
    LoadCommand head;
    std::uint64_t entry_offset, stack_size;
};

// The file's bytes need not be aligned as the structures are.
template <class T>
std::expected<T, LoadError> read_struct(std::span<const std::uint8_t> bytes, std::size_t offset = 0)
{
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T))
        return std::unexpected("a load command is cut short");
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

int to_mmap_protection(std::uint32_t protection)
{
    return ((protection & 1) != 0 ? PROT_READ : 0) | ((protection & 2) != 0 ? PROT_WRITE : 0) |
           ((protection & 4) != 0 ? PROT_EXEC : 0);
}

using Main = int (*)(int, char**, char**, char**);

int call(std::uint64_t address, const ProgramArguments& arguments)
{
    const auto function = reinterpret_cast<Main>(address);
    return function(arguments.count, arguments.values, arguments.environment, arguments.apple);
}

}  // namespace

std::expected<Image, LoadError> Image::load(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return std::unexpected(std::strerror(errno));
    Image image;
    image.file_.assign(std::istreambuf_iterator<char>(stream), {});
    if (const auto parsed = image.parse(); !parsed) return std::unexpected(parsed.error());
    if (const auto mapped = image.map_segments(); !mapped) return std::unexpected(mapped.error());
    return image;
}

std::expected<void, LoadError> Image::parse()
{
    const auto header = read_struct<Header>(file_);
    if (!header || header->magic != kMagic64 || header->cpu_type != kCpuX86_64 || header->file_type != kExecutable) {
        return std::unexpected("not an x86_64 Mach-O executable");
    }
    std::span<const std::uint8_t> commands(file_);
    commands = commands.subspan(sizeof(Header));
    for (std::uint32_t i = 0; i < header->commands; ++i) {
        const auto head = read_struct<LoadCommand>(commands);
        if (!head) return std::unexpected(head.error());
        if (head->size < sizeof(LoadCommand) || head->size > commands.size()) {
            return std::unexpected("a load command is cut short");
        }
        if (const auto parsed = parse_command(commands.first(head->size)); !parsed) return parsed;
        commands = commands.subspan(head->size);
    }
    if (base_ == 0 || entry_offset_ == 0) return std::unexpected("the program has no text or no main()");
    return {};
}

std::expected<void, LoadError> Image::parse_command(std::span<const std::uint8_t> command)
{
    const std::uint32_t kind = read_struct<LoadCommand>(command)->command;
    if (kind == kSegment64) return parse_segment(command);
    if (kind == kChainedFixups) {
        return std::unexpected("LC_DYLD_CHAINED_FIXUPS is not supported: link with -Wl,-no_fixup_chains");
    }
    if ((kind & ~kRequiredByDyld) == kDyldInfo) {
        const auto info = read_struct<DyldInfoCommand>(command);
        if (!info) return std::unexpected(info.error());
        binds_ = {info->bind[0], info->bind[1]};
        lazy_binds_ = {info->lazy_bind[0], info->lazy_bind[1]};
    }
    if (kind == kMain) {
        const auto entry = read_struct<EntryPointCommand>(command);
        if (!entry) return std::unexpected(entry.error());
        entry_offset_ = entry->entry_offset;
    }
    return {};
}

std::expected<void, LoadError> Image::parse_segment(std::span<const std::uint8_t> command)
{
    const auto segment = read_struct<SegmentCommand>(command);
    if (!segment) return std::unexpected(segment.error());
    segments_.push_back({segment->address, segment->memory_size, segment->file_offset, segment->file_size,
                         segment->initial_protection});
    if (segment->file_offset == 0 && segment->file_size != 0) base_ = segment->address;
    for (std::uint32_t i = 0; i < segment->sections; ++i) {
        const auto header = read_struct<SectionHeader>(command, sizeof(SegmentCommand) + i * sizeof(SectionHeader));
        if (!header) return std::unexpected(header.error());
        sections_.push_back({std::string(header->name, strnlen(header->name, sizeof header->name)), header->address,
                             header->size, header->flags & 0xff});
    }
    return {};
}

std::expected<void, LoadError> Image::map_segments()
{
    for (const Segment& segment : segments_) {
        if (segment.protection == 0 || segment.memory_size == 0) continue;  // __PAGEZERO
        const auto bytes = file_range(
            {static_cast<std::uint32_t>(segment.file_offset), static_cast<std::uint32_t>(segment.file_size)});
        if (!bytes) return std::unexpected(bytes.error());
        if (segment.file_size > segment.memory_size) return std::unexpected("a segment is larger than its memory");
        void* const wanted = reinterpret_cast<void*>(segment.address);
        void* const mapped = mmap(wanted, segment.memory_size, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (mapped != wanted) return std::unexpected(fmt::format("cannot map a segment at {}", wanted));
        std::memcpy(mapped, bytes->data(), bytes->size());
    }
    return {};
}

std::expected<std::span<const std::uint8_t>, LoadError> Image::file_range(FileRange range) const
{
    if (range.offset > file_.size() || range.size > file_.size() - range.offset) {
        return std::unexpected("a part of the file is missing");
    }
    return std::span(file_).subspan(range.offset, range.size);
}

std::expected<void, LoadError> Image::protect() const
{
    for (const Segment& segment : segments_) {
        if (segment.protection == 0 || segment.memory_size == 0) continue;
        const int protection = to_mmap_protection(segment.protection);
        if (mprotect(reinterpret_cast<void*>(segment.address), segment.memory_size, protection) != 0) {
            return std::unexpected(fmt::format("cannot protect a segment: {}", std::strerror(errno)));
        }
    }
    return {};
}

const Section* Image::section(std::string_view name) const
{
    for (const Section& section : sections_) {
        if (section.name == name) return &section;
    }
    return nullptr;
}

void Image::run_initializers(const ProgramArguments& arguments) const
{
    for (const Section& section : sections_) {
        if (section.type == kInitPointers) {
            const auto* pointers = reinterpret_cast<const std::uint64_t*>(section.address);
            for (std::size_t i = 0; i < section.size / sizeof *pointers; ++i) call(pointers[i], arguments);
        } else if (section.type == kInitOffsets) {
            const auto* offsets = reinterpret_cast<const std::uint32_t*>(section.address);
            for (std::size_t i = 0; i < section.size / sizeof *offsets; ++i) call(base_ + offsets[i], arguments);
        }
    }
}

int Image::run_main(const ProgramArguments& arguments) const
{
    return call(base_ + entry_offset_, arguments);
}

}  // namespace machorun
