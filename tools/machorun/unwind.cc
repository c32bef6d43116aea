#include "unwind.h"

#include <unwind.h>

#include <cstring>
#include <map>
#include <memory>

#include "dwarf_frames.h"
#include "imports.h"

extern "C" void __register_frame(void* eh_frame);  // libgcc

namespace machorun {
namespace {

// The section __unwind_info, of <mach-o/compact_unwind_encoding.h>. All offsets count from its start, all addresses
// from the image's base.
struct UnwindHeader {
    std::uint32_t version;
    std::uint32_t common_encodings, common_encodings_count;
    std::uint32_t personalities, personalities_count;
    std::uint32_t index, index_count;
};

struct IndexEntry {
    std::uint32_t function, page, language_data;
};

struct Pair {
    std::uint32_t function, value;
};

// The second level comes in two kinds of pages.
constexpr std::uint32_t kRegularPage = 2;
struct PageHeader {
    std::uint32_t kind;
    std::uint16_t entries, entries_count;
    std::uint16_t encodings, encodings_count;  // compressed pages only
};

constexpr std::uint32_t kModeMask = 0x0f000000;
constexpr std::uint32_t kModeDwarf = 0x04000000;
constexpr std::uint32_t kHasLanguageData = 0x40000000;

class CompactUnwind {
public:
    CompactUnwind(const Image& image, const Section& section) : base_(image.base()), section_(section.address)
    {
        header_ = at<UnwindHeader>(0);
        for (std::uint32_t i = 0; i + 1 < header_.index_count; ++i) read_page(at<IndexEntry>(header_.index, i));
        if (header_.index_count != 0) read_language_data();
    }

    UnwindCounts register_functions() const
    {
        if (header_.index_count == 0) return {};
        DwarfFrames frames;
        std::vector<std::size_t> commons = {frames.add_common(0)};
        for (std::uint32_t i = 0; i < header_.personalities_count; ++i) {
            // A pointer to the routine, which bind() has filled in.
            const auto* slot =
                reinterpret_cast<const std::uint64_t*>(base_ + at<std::uint32_t>(header_.personalities, i));
            commons.push_back(frames.add_common(*slot));
        }
        UnwindCounts counts;
        for (std::size_t i = 0; i < functions_.size(); ++i) {
            const UnwindEntry entry = describe(i);
            const std::uint32_t personality = (entry.encoding >> 28) & 3;
            if ((entry.encoding & kModeMask) == kModeDwarf) {
                ++counts.dwarf;
            } else if (frames.add_function(commons.at(personality), personality != 0, entry)) {
                ++counts.compact;
            }
        }
        static std::vector<std::uint8_t> registered;  // libgcc keeps a pointer to it
        registered = frames.finish();
        __register_frame(registered.data());
        return counts;
    }

private:
    template <class T>
    T at(std::uint64_t offset, std::size_t index = 0) const
    {
        T value;
        std::memcpy(&value, reinterpret_cast<const void*>(section_ + offset + index * sizeof(T)), sizeof value);
        return value;
    }

    void read_page(const IndexEntry& entry)
    {
        if (entry.page == 0) return;
        const auto page = at<PageHeader>(entry.page);
        for (std::uint32_t i = 0; i < page.entries_count; ++i) {
            if (page.kind == kRegularPage) {
                functions_.push_back(at<Pair>(entry.page + page.entries, i));
                continue;
            }
            // A byte of encoding number, 24 bits of distance from the page's first function.
            const auto packed = at<std::uint32_t>(entry.page + page.entries, i);
            const std::uint32_t number = packed >> 24;
            const auto encoding =
                number < header_.common_encodings_count
                    ? at<std::uint32_t>(header_.common_encodings, number)
                    : at<std::uint32_t>(entry.page + page.encodings, number - header_.common_encodings_count);
            functions_.push_back({entry.function + (packed & 0xffffff), encoding});
        }
    }

    void read_language_data()
    {
        const std::uint32_t begin = at<IndexEntry>(header_.index).language_data;
        const std::uint32_t end = at<IndexEntry>(header_.index, header_.index_count - 1).language_data;
        for (std::uint32_t offset = begin; offset < end; offset += sizeof(Pair)) {
            const auto pair = at<Pair>(offset);
            language_data_[pair.function] = pair.value;
        }
    }

    UnwindEntry describe(std::size_t i) const
    {
        const Pair& function = functions_[i];
        const std::uint32_t end = i + 1 < functions_.size()
                                      ? functions_[i + 1].function
                                      : at<IndexEntry>(header_.index, header_.index_count - 1).function;
        UnwindEntry entry{base_ + function.function, base_ + end, function.value, 0};
        if ((function.value & kHasLanguageData) == 0) return entry;
        if (const auto found = language_data_.find(function.function); found != language_data_.end()) {
            entry.language_data = base_ + found->second;
        }
        return entry;
    }

    std::uint64_t base_;
    std::uint64_t section_;
    UnwindHeader header_{};
    std::vector<Pair> functions_;
    std::map<std::uint32_t, std::uint32_t> language_data_;
};

}  // namespace

UnwindCounts register_unwind_info(const Image& image)
{
    UnwindCounts counts;
    if (const Section* section = image.section("__unwind_info")) {
        counts = CompactUnwind(image, *section).register_functions();
    }
    if (const Section* section = image.section("__eh_frame"); section != nullptr && counts.dwarf != 0) {
        __register_frame(reinterpret_cast<void*>(section->address));
    }
    return counts;
}

// The unwinder's interface is the same C++ ABI document on both systems.
std::span<const Import> unwind_imports()
{
    static const Import table[] = {
        import("_Unwind_Backtrace", _Unwind_Backtrace),
        import("_Unwind_DeleteException", _Unwind_DeleteException),
        import("_Unwind_FindEnclosingFunction", _Unwind_FindEnclosingFunction),
        import("_Unwind_ForcedUnwind", _Unwind_ForcedUnwind),
        import("_Unwind_GetCFA", _Unwind_GetCFA),
        import("_Unwind_GetDataRelBase", _Unwind_GetDataRelBase),
        import("_Unwind_GetGR", _Unwind_GetGR),
        import("_Unwind_GetIP", _Unwind_GetIP),
        import("_Unwind_GetIPInfo", _Unwind_GetIPInfo),
        import("_Unwind_GetLanguageSpecificData", _Unwind_GetLanguageSpecificData),
        import("_Unwind_GetRegionStart", _Unwind_GetRegionStart),
        import("_Unwind_GetTextRelBase", _Unwind_GetTextRelBase),
        import("_Unwind_RaiseException", _Unwind_RaiseException),
        import("_Unwind_Resume", _Unwind_Resume),
        import("_Unwind_Resume_or_Rethrow", _Unwind_Resume_or_Rethrow),
        import("_Unwind_SetGR", _Unwind_SetGR),
        import("_Unwind_SetIP", _Unwind_SetIP),
    };
    return table;
}

}  // namespace machorun
