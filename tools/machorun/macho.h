// A Mach-O executable: reading its load commands, mapping it, binding its imports.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace machorun {

using LoadError = std::string;

struct Segment {
    std::uint64_t address = 0;
    std::uint64_t memory_size = 0;
    std::uint64_t file_offset = 0;
    std::uint64_t file_size = 0;
    std::uint32_t protection = 0;  // VM_PROT_READ 1, WRITE 2, EXECUTE 4
};

struct Section {
    std::string name;
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    std::uint32_t type = 0;  // S_* of <mach-o/loader.h>
};

// Types of sections that a loader has to know.
inline constexpr std::uint32_t kInitPointers = 0x9;
inline constexpr std::uint32_t kThreadLocalData = 0x11;
inline constexpr std::uint32_t kThreadLocalZeros = 0x12;
inline constexpr std::uint32_t kInitOffsets = 0x16;

// What dyld gives to main() and to every initializer.
struct ProgramArguments {
    int count = 0;
    char** values = nullptr;
    char** environment = nullptr;
    char** apple = nullptr;  // apple[0] is the program's path
};

class Image {
public:
    // Maps a file into memory at the addresses it was linked for. Those start at 4 GiB, where Linux puts nothing, so
    // that no pointer has to be rebased.
    [[nodiscard]] static std::expected<Image, LoadError> load(const std::filesystem::path& file);

    // Looks every import up; returns null for a name that does not exist.
    using Resolver = std::function<void*(std::string_view)>;

    // Stores what `resolve` returns at each place that refers to an import. Returns the names without a meaning.
    [[nodiscard]] std::expected<std::vector<std::string>, LoadError> bind(const Resolver& resolve);

    // Gives the segments the protection they ask for. To be called after bind().
    [[nodiscard]] std::expected<void, LoadError> protect() const;

    void run_initializers(const ProgramArguments& arguments) const;
    [[nodiscard]] int run_main(const ProgramArguments& arguments) const;

    [[nodiscard]] std::uint64_t base() const { return base_; }
    [[nodiscard]] std::span<const Section> sections() const { return sections_; }
    [[nodiscard]] const Section* section(std::string_view name) const;

private:
    struct FileRange {
        std::uint32_t offset = 0;
        std::uint32_t size = 0;
    };

    Image() = default;
    [[nodiscard]] std::expected<void, LoadError> parse();
    [[nodiscard]] std::expected<void, LoadError> parse_command(std::span<const std::uint8_t> command);
    [[nodiscard]] std::expected<void, LoadError> parse_segment(std::span<const std::uint8_t> command);
    [[nodiscard]] std::expected<void, LoadError> map_segments();
    [[nodiscard]] std::expected<std::span<const std::uint8_t>, LoadError> file_range(FileRange range) const;

    std::vector<std::uint8_t> file_;
    std::vector<Segment> segments_;
    std::vector<Section> sections_;
    FileRange binds_;
    FileRange lazy_binds_;
    std::uint64_t base_ = 0;
    std::uint64_t entry_offset_ = 0;
};

}  // namespace machorun
